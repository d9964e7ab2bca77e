/** Components: what they show, and that a moving cursor renders none of them. */
import type { CursorOverlay as Overlay } from '@mote/presence/cursors';
import {
  AvatarStack,
  ConnectionStatus,
  Cursor,
  CursorOverlay,
  LiveCursors,
  MoteProvider,
  PresenceCount,
  RoomProvider,
} from '@mote/presence/react';
import { createRef, Profiler, type ReactNode, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { newRoom, Other, pageClient, render, until } from './support.js';

function inRoom(id: string, children: ReactNode) {
  return render(
    <StrictMode>
      <MoteProvider client={pageClient()}>
        <RoomProvider id={id} name="Page Name" color="#000080">
          {children}
        </RoomProvider>
      </MoteProvider>
    </StrictMode>,
  );
}

it('an avatar stack, a count and a status show the room', async () => {
  const id = newRoom();
  await Other.in(id, 'Ada Lovelace');
  const { node } = inRoom(
    id,
    <>
      <AvatarStack max={2} />
      <PresenceCount />
      <ConnectionStatus />
    </>,
  );
  await until('all are shown', () => node.textContent === 'PNAL2 people hereLive');
  const labels = [...node.querySelectorAll('li')].map((item) => item.getAttribute('aria-label'));
  expect(labels).toEqual(['Page Name (you)', 'Ada Lovelace']);
  await Other.in(id, 'Cleo');
  await until('the rest is a number', () => node.textContent === 'PN+23 people hereLive');
  expect(node.querySelector('[role=status]')?.getAttribute('data-status')).toBe('connected');
});

it('an avatar stack shows who the server said is here until the room is joined', () => {
  const seed = [{ connectionId: 4, name: 'Ada Lovelace', color: '#ffffff' }];
  const html = renderToString(
    <MoteProvider client={pageClient()}>
      <RoomProvider id="plan" initialOthers={seed}>
        <AvatarStack />
        <PresenceCount>{(count) => `${count} online`}</PresenceCount>
      </RoomProvider>
    </MoteProvider>,
  );
  expect(html).toContain('aria-label="Ada Lovelace"');
  expect(html).toContain('1 online');
});

const drawn = () =>
  [...document.querySelectorAll('[data-mote-cursors]')].flatMap((host) => [
    ...(host.shadowRoot?.querySelectorAll('.cursor') ?? []),
  ]);

it('cursors are drawn over the page without rendering anything', async () => {
  const id = newRoom();
  const other = await Other.in(id, 'Ada');
  let renders = 0;
  const overlay = createRef<Overlay | null>() as { current: Overlay | null };
  const { root } = inRoom(
    id,
    <Profiler id="cursors" onRender={() => (renders += 1)}>
      <LiveCursors overlay={overlay} />
    </Profiler>,
  );
  await until('the page is there', () => other.room.getOthers().length === 1);
  other.room.updateCursor({ x: 0.5, y: 0.5 });
  await until('the cursor is drawn', () => drawn().length === 1);
  const before = renders;
  for (let i = 0; i < 50; i++) {
    const y = i / 100;
    other.room.updateCursor({ x: 0.5, y });
    await until('it came', () => other.room.getSelf()?.cursor?.y === y);
  }
  expect(renders).toBe(before);
  expect(drawn()[0]?.textContent).toContain('Ada');
  overlay.current?.setHidden(true);
  await until('it is hidden', () => drawn().length === 0);
  root.unmount();
  expect(document.querySelector('[data-mote-cursors]')).toBeNull();
});

it('an overlay is an element of its own, whose box the cursors belong to', async () => {
  const id = newRoom();
  const other = await Other.in(id, 'Ada');
  const { node } = inRoom(
    id,
    <CursorOverlay className="board" cursors={{ label: (user) => user.name.toUpperCase() }}>
      <p>Point here</p>
    </CursorOverlay>,
  );
  await until('it is there', () => other.room.getOthers().length === 1);
  const board = node.querySelector('.board') as HTMLElement;
  board.getBoundingClientRect = () => new DOMRect(100, 100, 200, 100);
  board.dispatchEvent(new MouseEvent('pointermove', { clientX: 150, clientY: 150, bubbles: true }));
  await until('the pointer is seen', () => other.room.getOthers()[0]?.cursor);
  const { x, y } = other.room.getOthers()[0]?.cursor ?? { x: 0, y: 0 };
  expect([x, y].map((part) => part.toFixed(2))).toEqual(['0.25', '0.50']);
  other.room.updateCursor({ x: 0.5, y: 0.5 });
  await until('theirs is drawn', () => drawn()[0]?.textContent?.includes('ADA'));
});

it('a cursor of one\'s own shows its label as text', () => {
  const html = renderToString(<Cursor color="#ff0000" label="<b>Ada</b>" />);
  expect(html).toContain('&lt;b&gt;Ada&lt;/b&gt;');
});
