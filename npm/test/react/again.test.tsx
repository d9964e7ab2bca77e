/** What is shown again, what is written inline, and what is equal. */
import {
  MoteProvider,
  RoomProvider,
  shallow,
  useEventListener,
  useRoom,
  useStatus,
} from '@mote/presence/react';
import * as React from 'react';
import { useEffect } from 'react';
import { expect, it } from 'vitest';
import { newRoom, Other, PageSocket, pageClient, render, until, url } from './support.js';

// React 19.2 and later.
const { Activity } = React as {
  Activity?: React.ComponentType<{ mode: string; children: React.ReactNode }>;
};

if (Activity) {
  it('a hidden room is left, and its children are heard when it is shown again', async () => {
    const id = newRoom();
    const other = await Other.in(id);
    const Hidden = Activity as NonNullable<typeof Activity>;
    const client = pageClient();
    const heard: string[] = [];
    function Child() {
      const room = useRoom<{ seen: boolean }>();
      useEffect(() => room.updatePresence({ seen: true }), [room]);
      useEventListener(({ event }) => heard.push(event.type));
      return <>{useStatus()}</>;
    }
    const App = ({ mode }: { mode: string }) => (
      <MoteProvider client={client}>
        <Hidden mode={mode}>
          <RoomProvider id={id}>
            <Child />
          </RoomProvider>
        </Hidden>
      </MoteProvider>
    );
    const { root } = render(<App mode="visible" />);
    const isSeen = () => other.room.getOthers()[0]?.presence['seen'] === true;
    await until('it is seen', isSeen);
    root.render(<App mode="hidden" />);
    await until('it is left', () => other.left === 1);
    root.render(<App mode="visible" />);
    await until('it is seen again', isSeen);
    other.room.broadcastEvent({ type: 'welcome' });
    await until('it hears', () => heard.length > 0);
    expect([heard, other.joined, other.left]).toEqual([['welcome'], 2, 1]);
  });
}

it('of a token function written inline the newest is asked, by the same client', async () => {
  const asked: string[] = [];
  const token = (user: string) => () => {
    asked.push(user);
    return `token of ${user}`;
  };
  const App = ({ user, id }: { user: string; id?: string }) => (
    <MoteProvider url={url()} WebSocket={PageSocket} token={token(user)}>
      {user}
      {id && <RoomProvider id={id}>{null}</RoomProvider>}
    </MoteProvider>
  );
  const id = newRoom();
  const other = await Other.in(id);
  const { root, text } = render(<App user="nobody" />);
  await until('it is rendered', () => text() === 'nobody');
  root.render(<App user="Ada" id={id} />);
  await until('it is joined', () => other.joined === 1);
  expect(asked).toEqual(['Ada']);
});

it('shallow compares arrays and plain objects, and takes nothing else for equal', () => {
  expect(shallow([1, 'a'], [1, 'a'])).toBe(true);
  expect(shallow({ a: 1 }, { a: 1 })).toBe(true);
  expect(shallow([], {})).toBe(false);
  expect(shallow({ a: undefined }, { b: undefined })).toBe(false);
  expect(shallow(new Map([[1, 2]]), new Map())).toBe(false);
  expect(shallow(new Date(0), new Date(1))).toBe(false);
});
