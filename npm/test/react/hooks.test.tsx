/** What hooks give, and which components render when something changes. */
import {
  MoteProvider,
  RoomProvider,
  shallow,
  useBroadcastEvent,
  useCount,
  useCursors,
  useEventListener,
  useLostConnectionListener,
  useMyPresence,
  useOther,
  useOthers,
  useOthersConnectionIds,
  useOthersListener,
  useOthersMapped,
  usePeople,
  usePresence,
  useSelf,
  useUpdateCursor,
} from '@mote/presence/react';
import { type ReactNode, useEffect, useState } from 'react';
import { expect, it } from 'vitest';
import { newRoom, Other, PageSocket, pageClient, render, until } from './support.js';

const counts = new Map<string, number>();

/** Counts how often the component with this name rendered. */
function rendered(name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function inRoom(id: string, children: ReactNode) {
  counts.clear();
  return render(
    <MoteProvider client={pageClient()}>
      <RoomProvider id={id} name="Page">
        {children}
      </RoomProvider>
    </MoteProvider>,
  );
}

function Others() {
  rendered('others');
  return <>{useOthers().length}</>;
}
function Ids() {
  rendered('ids');
  return <>{useOthersConnectionIds().join()}</>;
}
function Names() {
  rendered('names');
  return <>{useOthersMapped((user) => user.name).map(([, name]) => name)}</>;
}
function Me() {
  rendered('self');
  return <>{useSelf((self) => self.name)}</>;
}
function Presence() {
  rendered('presence');
  return <>{useMyPresence().length}</>;
}
function Count() {
  rendered('count');
  return <>{useCount()}</>;
}
function People() {
  rendered('people');
  return <>{usePeople().length}</>;
}
let cursors = new Float32Array();
function Cursors() {
  rendered('cursors');
  cursors = useCursors() as never;
  return null;
}

it('a thousand moves of a cursor render only the component that reads cursors', async () => {
  const id = newRoom();
  const other = await Other.in(id);
  inRoom(
    id,
    <>
      <Others /> <Ids /> <Names /> <Me /> <Presence /> <Count /> <People /> <Cursors />
    </>,
  );
  await until('it is there', () => other.room.getOthers().length === 1);
  other.room.updateCursor({ x: 0, y: 0 });
  await until('the cursor is seen', () => cursors.length === 3);
  const before = new Map(counts);
  for (let i = 1; i <= 1000; i++) {
    other.room.updateCursor({ x: i / 1000, y: 0.5 });
    if (i % 20 === 0) await until('it moved', () => cursors[1] === Math.fround(Math.round((i / 1000) * 65535) / 65535));
  }
  expect(counts.get('cursors')).toBeGreaterThanOrEqual((before.get('cursors') ?? 0) + 50);
  for (const [name, count] of before) if (name !== 'cursors') expect(counts.get(name), name).toBe(count);
});

it('a change of presence renders who selected that, and nobody else', async () => {
  const id = newRoom();
  const other = await Other.in(id, 'Ada');
  const [seenIds, seenOther]: [string[], unknown[]] = [[], []];
  function Tool() {
    rendered('tool');
    // Inline functions, another object each time: neither loops nor renders too often.
    const { tool } = useOthers((others) => ({ tool: others[0]?.presence['tool'] }), shallow);
    return <>{tool as string};</>;
  }
  function Typing({ of }: { of: number }) {
    rendered('typing');
    seenOther.push(useOther(of, (user) => user.presence['typing']));
    return null;
  }
  function Each() {
    rendered('each');
    const ids = useOthersConnectionIds();
    seenIds.push(ids.join());
    return ids.map((connectionId) => <Typing key={connectionId} of={connectionId} />);
  }
  const { text } = inRoom(
    id,
    <>
      <Tool /> <Each />
    </>,
  );
  await until('it is there', () => seenOther.length > 0);
  const each = counts.get('each');
  const [tool, typing] = [counts.get('tool') ?? 0, counts.get('typing') ?? 0];
  other.room.updatePresence({ tool: 'pen' });
  await until('the tool is shown', () => text().startsWith('pen'));
  expect(counts.get('tool')).toBe(tool + 1);
  expect(counts.get('typing')).toBe(typing);
  other.room.updatePresence({ typing: true });
  await until('the typing is shown', () => seenOther.at(-1) === true);
  expect(counts.get('tool')).toBe(tool + 1);
  expect(counts.get('each')).toBe(each);
});

it('events, comings and goings, and a line that is lost reach the newest listener', async () => {
  const id = newRoom();
  const told: unknown[] = [];
  let rename = (_: string) => {};
  let say = (_: { type: string }) => {};
  function Listener() {
    const [name, setName] = useState('first');
    rename = setName;
    say = useBroadcastEvent<{ type: string }>();
    useEventListener(({ event, user }) => told.push([name, event.type, user?.name]));
    useOthersListener(({ type, user, others }) => told.push([name, type, user.name, others.length]));
    useLostConnectionListener((event) => told.push([name, event]));
    return <>{name}</>;
  }
  const client = pageClient();
  const { text } = render(
    <MoteProvider client={client}>
      <RoomProvider id={id} name="Page">
        <Listener />
      </RoomProvider>
    </MoteProvider>,
  );
  const isJoined = () => client.getRoom(id)?.getStatus() === 'connected';
  await until('it is joined', isJoined);
  const heard: string[] = [];
  const other = await Other.in(id, 'Ada');
  other.room.subscribe('event', ({ event }) => heard.push(event.type));
  await until('she is seen', () => told.length === 1);
  rename('second');
  await until('it rendered again', () => text() === 'second');
  other.room.broadcastEvent({ type: 'wave' });
  await until('the event is heard', () => told.length === 2);
  say({ type: 'back' });
  await until('the answer is heard', () => heard.length === 1);
  other.room.updatePresence({ x: 1 });
  await until('the change is heard', () => told.length === 3);
  expect(told).toEqual([
    ['first', 'enter', 'Ada', 1],
    ['second', 'wave', 'Ada'],
    ['second', 'update', 'Ada', 1],
  ]);
  expect(heard).toEqual(['back']);
});

it('usePresence alone gives a whole room and lets one be seen in it', async () => {
  const id = newRoom();
  const other = await Other.in(id, 'Ada');
  let seen: ReturnType<typeof usePresence> | undefined;
  function App() {
    seen = usePresence(id, { name: 'Page', initialPresence: { tool: 'pen' } });
    return <>{seen.status}</>;
  }
  const { text, root } = render(
    <MoteProvider client={pageClient()}>
      <App />
    </MoteProvider>,
  );
  expect(PageSocket.opened).toHaveLength(0);
  await until('it is connected', () => text() === 'connected' && seen?.users.length === 1);
  expect(seen).toMatchObject({ count: 2, cursors: [], self: { name: 'Page' } });
  const { updateCursor, updatePresence } = seen as NonNullable<typeof seen>;
  updateCursor({ x: 0.25, y: 1 });
  updatePresence({ tool: 'text' });
  await until('both are seen', () => {
    const [page] = other.room.getOthers();
    return page?.cursor && page.presence['tool'] === 'text';
  });
  other.room.updateCursor({ x: 1, y: 0 });
  await until('the cursor is given', () => seen?.cursors.length === 1);
  expect(seen?.cursors[0]).toMatchObject({ x: 1, y: 0, user: { name: 'Ada' } });
  expect(seen?.updateCursor).toBe(updateCursor);
  root.unmount();
  await until('it left', () => other.left === 1);
});

it('who was there before one came did not enter, and unchanged entries stay the same', async () => {
  const id = newRoom();
  const ada = await Other.in(id, 'Ada');
  const told: string[] = [];
  const entries: (readonly (readonly [number, unknown])[])[] = [];
  function Listener() {
    useOthersListener(({ type, user }) => told.push(`${type} ${user.name}`));
    entries.push(useOthersMapped((user) => ({ tool: user.presence['tool'] }), shallow));
    return null;
  }
  inRoom(id, <Listener />);
  await until('she is seen', () => entries.at(-1)?.length === 1);
  const ben = await Other.in(id, 'Ben');
  await until('he is seen', () => entries.at(-1)?.length === 2);
  const [adaBefore, benBefore] = entries.at(-1) ?? [];
  ben.room.updatePresence({ tool: 'pen' });
  await until('his tool is seen', () => entries.at(-1)?.[1] !== benBefore);
  expect(entries.at(-1)?.[0]).toBe(adaBefore);
  ada.room.updatePresence({ other: 1 });
  await until('her change is told', () => told.length === 3);
  expect(told).toEqual(['enter Ben', 'update Ben', 'update Ada']);
});

it('to join an empty room renders nobody who reads the others', async () => {
  const id = newRoom();
  const watcher = await Other.in(id, 'Watcher', true);
  inRoom(id, <Others />);
  await until('it is joined', () => watcher.room.getCount() === 1);
  expect(counts.get('others')).toBe(1);
});

it('a cursor is shown by useUpdateCursor without rendering', async () => {
  const id = newRoom();
  const other = await Other.in(id);
  function Pointer() {
    rendered('pointer');
    const updateCursor = useUpdateCursor();
    useEffect(() => updateCursor({ x: 0.5, y: 0.5 }), [updateCursor]);
    return null;
  }
  inRoom(id, <Pointer />);
  await until('it is seen', () => other.room.getOthers()[0]?.cursor);
  expect(counts.get('pointer')).toBe(1);
});
