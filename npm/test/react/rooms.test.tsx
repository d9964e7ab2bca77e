/** Rooms of components: entered once, left once, whatever React does with the components. */
import { MoteProvider, RoomProvider, useMyPresence, useOthers, useRoom, useStatus } from '@mote/presence/react';
import { type ReactNode, StrictMode, Suspense, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { newRoom, Other, PageSocket, pageClient, render, until, url } from './support.js';

function Here() {
  return <>{useStatus()}</>;
}

function Board({ id, children = <Here /> }: { id: string; children?: ReactNode }) {
  return (
    <RoomProvider id={id} name="Page">
      {children}
    </RoomProvider>
  );
}

it('in StrictMode a room is one connection and one join', async () => {
  const id = newRoom();
  const watcher = await Other.in(id, 'Watcher', true);
  const { text } = render(
    <StrictMode>
      <MoteProvider client={pageClient()}>
        <Board id={id} />
        <Board id={id} />
      </MoteProvider>
    </StrictMode>,
  );
  await until('both are connected', () => text() === 'connectedconnected');
  await until('the server counts it', () => watcher.room.getCount() === 1);
  expect(PageSocket.opened).toHaveLength(1);
  expect([watcher.joined, watcher.left]).toEqual([1, 0]);
});

it('another id leaves the old room and enters the new one, on the same socket', async () => {
  const [first, second] = [newRoom(), newRoom()];
  const watchers = [await Other.in(first), await Other.in(second)];
  const client = pageClient();
  const { root } = render(
    <MoteProvider client={client}>
      <Board id={first} />
    </MoteProvider>,
  );
  await until('the first sees it', () => watchers[0]?.joined === 1);
  root.render(
    <MoteProvider client={client}>
      <Board id={second} />
    </MoteProvider>,
  );
  await until('the second sees it', () => watchers[1]?.joined === 1);
  await until('the first saw it leave', () => watchers[0]?.left === 1);
  expect(PageSocket.opened).toHaveLength(1);
});

it('what a child does in its first effect reaches the room that its provider enters', async () => {
  const id = newRoom();
  const watcher = await Other.in(id);
  function Child() {
    const room = useRoom<{ ready: boolean }>();
    useEffect(() => room.updatePresence({ ready: true }), [room]);
    return null;
  }
  render(
    <MoteProvider client={pageClient()}>
      <Board id={id}>
        <Child />
      </Board>
    </MoteProvider>,
  );
  await until('the presence is seen', () => watcher.room.getOthers()[0]?.presence['ready']);
  expect(watcher.joined).toBe(1);
});

it('a tree that suspends before it is ever shown enters nothing', async () => {
  const id = newRoom();
  const watcher = await Other.in(id);
  let wake = () => {};
  let isAwake = false;
  const sleep = new Promise<void>((resolve) => {
    wake = () => {
      isAwake = true;
      resolve();
    };
  });
  function Sleeper() {
    if (!isAwake) throw sleep;
    return <Here />;
  }
  const client = pageClient();
  const { text } = render(
    <MoteProvider client={client}>
      <Suspense fallback="asleep">
        <Board id={id}>
          <Sleeper />
        </Board>
      </Suspense>
    </MoteProvider>,
  );
  await until('the fallback is shown', () => text() === 'asleep');
  expect(client.getRoom(id)).toBeNull();
  wake();
  await until('it is connected', () => text() === 'connected');
  await until('the other sees it', () => watcher.joined > 0);
  expect(watcher.joined).toBe(1);
});

it('when everything is unmounted no socket, room, timer or listener is left', async () => {
  const id = newRoom();
  const watcher = await Other.in(id);
  const listeners = new Map<string, number>();
  for (const target of [window, document]) {
    const { addEventListener } = target;
    target.addEventListener = (type: string, listener: never, options?: { signal?: AbortSignal }) => {
      listeners.set(type, (listeners.get(type) ?? 0) + 1);
      options?.signal?.addEventListener('abort', () =>
        listeners.set(type, (listeners.get(type) ?? 0) - 1),
      );
      addEventListener.call(target, type, listener, options);
    };
  }
  // React's own listeners are those of the first root of a page.
  const node = document.body.appendChild(document.createElement('div'));
  const root = createRoot(node);
  root.render(<i />);
  await until('React is there', () => node.innerHTML === '<i></i>');
  const before = new Map(listeners);
  const timers = new Set<unknown>();
  const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;
  Object.assign(globalThis, {
    setTimeout: (act: (...args: unknown[]) => void, ...rest: unknown[]) => {
      const run = (...args: unknown[]) => {
        timers.delete(timer);
        act(...args);
      };
      const timer = realSetTimeout(run, ...(rest as [number]));
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer: never) => {
      timers.delete(timer);
      realClearTimeout(timer);
    },
  });
  const client = pageClient();
  root.render(
    <StrictMode>
      <MoteProvider client={client}>
        <Board id={id} />
      </MoteProvider>
    </StrictMode>,
  );
  await until('it is connected', () => node.textContent === 'connected');
  expect(listeners.get('focus')).toBeGreaterThan(before.get('focus') ?? 0);
  root.unmount();
  await until('the others see it leave', () => watcher.left === 1);
  await until('the socket is closed', () =>
    PageSocket.opened.every(({ readyState }) => readyState === PageSocket.CLOSED),
  );
  expect(client.getRoom(id)).toBeNull();
  expect(client.getStatus()).toBe('initial');
  for (const [type, count] of listeners) {
    if (['focus', 'online', 'offline', 'pagehide', 'pageshow', 'visibilitychange'].includes(type)) {
      expect(count, type).toBe(before.get(type) ?? 0);
    }
  }
  await until('no timer runs', () => timers.size === 0);
  Object.assign(globalThis, { setTimeout: realSetTimeout, clearTimeout: realClearTimeout });
});

it('another name leaves and enters anew under it, also when nothing else changes', async () => {
  const id = newRoom();
  const watcher = await Other.in(id);
  const client = pageClient();
  const page = (name: string) => (
    <MoteProvider client={client}>
      <RoomProvider id={id} name={name}>
        <Here />
      </RoomProvider>
    </MoteProvider>
  );
  const { root } = render(page('Guest'));
  await until('the guest is seen', () => watcher.room.getOthers()[0]?.name === 'Guest');
  root.render(page('Ada'));
  await until('she is seen', () => watcher.room.getOthers()[0]?.name === 'Ada');
  expect(watcher.room.getOthers()).toHaveLength(1);
});

it('a token function written inline makes no other client, and the newest is asked', async () => {
  const id = newRoom();
  const asked: string[] = [];
  PageSocket.opened = [];
  const page = (user: string) => (
    <MoteProvider
      url={url()}
      WebSocket={PageSocket}
      token={(room) => {
        asked.push(`${user} in ${room}`);
        return 'token';
      }}
    >
      <Board id={id} />
      {user}
    </MoteProvider>
  );
  const { root, text } = render(page('Ada'));
  await until('it is connected', () => text() === 'connectedAda');
  root.render(page('Ben'));
  await until('it rendered again', () => text() === 'connectedBen');
  for (const socket of PageSocket.opened) socket.terminate();
  await until('it is asked again', () => asked.length === 2);
  await until('it is back', () => PageSocket.opened.length === 2);
  await until('it is connected', () => text() === 'connectedBen');
  expect(asked).toEqual([`Ada in ${id}`, `Ben in ${id}`]);
  expect(PageSocket.opened).toHaveLength(2);
});

it('an effect that clears up what it told does so for those who stay', async () => {
  const id = newRoom();
  const watcher = await Other.in(id);
  const client = pageClient();
  const stays = client.enterRoom(id);
  function Typing() {
    const room = useRoom<{ typing: boolean }>();
    useEffect(() => {
      room.updatePresence({ typing: true });
      return () => room.updatePresence({ typing: false });
    }, [room]);
    return null;
  }
  const { root } = render(
    <MoteProvider client={client}>
      <RoomProvider id={id}>
        <Typing />
      </RoomProvider>
    </MoteProvider>,
  );
  await until('the typing is seen', () => watcher.room.getOthers()[0]?.presence['typing'] === true);
  root.unmount();
  await until('its end, too', () => watcher.room.getOthers()[0]?.presence['typing'] === false);
  stays.leave();
});

it('a text field can be bound to the presence', async () => {
  const id = newRoom();
  const watcher = await Other.in(id);
  const values: string[] = [];
  function Field() {
    const [{ text }, update] = useMyPresence<{ text: string }>();
    values.push(text);
    return <input value={text} onChange={(event) => update({ text: event.target.value })} />;
  }
  const { node } = render(
    <MoteProvider client={pageClient()}>
      <RoomProvider<{ text: string }> id={id} initialPresence={{ text: '' }}>
        <Field />
      </RoomProvider>
    </MoteProvider>,
  );
  await until('the other sees it', () => watcher.joined === 1);
  expect(values, 'it rendered once').toHaveLength(1);
  const input = node.querySelector('input') as HTMLInputElement;
  const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
  setValue?.call(input, 'a');
  input.dispatchEvent(new Event('input', { bubbles: true }));
  expect(input.value).toBe('a');
  await until('the other sees it', () => watcher.room.getOthers()[0]?.presence['text'] === 'a');
});

it('two providers of one client share its socket, and each hook belongs to the nearest', async () => {
  const [outer, inner] = [newRoom(), newRoom()];
  await Other.in(outer, 'Olga');
  await Other.in(inner, 'Ivan');
  function Names() {
    return <>{useOthers((others) => others.map((user) => user.name).join())};</>;
  }
  const { text } = render(
    <MoteProvider client={pageClient()}>
      <Board id={outer}>
        <Names />
        <Board id={inner}>
          <Names />
        </Board>
      </Board>
    </MoteProvider>,
  );
  await until('each sees its own', () => text() === 'Olga;Ivan;');
  expect(PageSocket.opened).toHaveLength(1);
});

it('a provider with a url makes its own client, and keeps it while it renders', async () => {
  const id = newRoom();
  const watcher = await Other.in(id);
  PageSocket.opened = [];
  let again = () => {};
  function App() {
    const [count, setCount] = useState(0);
    again = () => setCount((number) => number + 1);
    return (
      <MoteProvider url={url()} WebSocket={PageSocket} cursorRate={30}>
        <Board id={id} />
        {count}
      </MoteProvider>
    );
  }
  const { text, root } = render(<App />);
  await until('it is connected', () => text() === 'connected0');
  again();
  await until('it rendered again', () => text() === 'connected1');
  expect(PageSocket.opened).toHaveLength(1);
  root.unmount();
  await until('it left', () => watcher.left === 1);
});

it('a hook outside of its provider says which one is missing', () => {
  expect(() => renderToString(<Here />)).toThrow(
    'useStatus is used outside of a RoomProvider. Put one around the component:',
  );
  expect(() => renderToString(<Board id="plan" />)).toThrow('outside of a MoteProvider');
});
