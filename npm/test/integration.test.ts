/** The package as it is published, in Node, against the real server. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  type Client,
  createClient,
  type EnterOptions,
  type MoteError,
  type Room,
  type RoomListeners,
} from '../dist/index.js';
import { Server, until } from './support/server.js';

type Presence = { [key: string]: any };
type Event = { type: string; [key: string]: any };

let server: Server;
const clients: Client<Presence, Event>[] = [];
let rooms = 0;

beforeAll(async () => {
  server = await Server.start();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => server.kill());

function connect(url = server.url): Client<Presence, Event> {
  const client = createClient<Presence, Event>({ url, WebSocket, lostConnectionTimeout: 50 });
  clients.push(client);
  return client;
}

/** Enters with a client of its own; errors are collected, so that a test can expect none. */
function enter(id: string, options: EnterOptions<Presence> = {}) {
  const client = connect();
  const { room, leave } = client.enterRoom(id, options);
  const errors: string[] = [];
  room.subscribe('error', (error: MoteError) => errors.push(error.message));
  return { client, room, leave, errors };
}

const newRoom = () => `room ${(rooms += 1)}`;

function collect<K extends keyof RoomListeners>(room: Room<Presence, Event>, name: K): unknown[][] {
  const calls: unknown[][] = [];
  room.subscribe(name, ((...args: unknown[]) => calls.push(args)) as never);
  return calls;
}

const joined = (...all: Room<Presence, Event>[]) =>
  until('all are joined and see each other', () =>
    all.every(
      (room) => room.getStatus() === 'connected' && room.getOthers().length === all.length - 1,
    ),
  );

describe('many rooms after one another', () => {
  it('the last one hears cursors like the first, whatever its channel was used for', async () => {
    const id = newRoom();
    const ada = enter(newRoom());
    for (let i = 0; i < 20; i++) {
      const { room, leave } = ada.client.enterRoom(newRoom());
      await joined(room);
      leave();
      await until('it is left', () => ada.client.getRoom(room.id) === null);
    }
    const { room } = ada.client.enterRoom(id);
    const bo = enter(id);
    const heard = collect(room, 'cursors');
    await joined(room, bo.room);
    bo.room.updateCursor({ x: 0, y: 1 });
    await until('the cursor is heard', () => heard.length > 0);
    expect(room.getOthers()[0]?.cursor).toEqual({ x: 0, y: 1 });
  });
});

describe('two people in a room', () => {
  it('see each other, with names and colours, and the count', async () => {
    const id = newRoom();
    const ada = enter(id, { name: 'Ada', color: '#112233' });
    const bo = enter(id);
    await joined(ada.room, bo.room);

    expect(bo.room.getOthers()).toMatchObject([
      { name: 'Ada', color: '#112233', cursor: null, activity: 'active' },
    ]);
    expect(ada.room.getSelf()).toMatchObject({ name: 'Ada', color: '#112233' });
    expect(bo.room.getSelf()?.name).toMatch(/\S/);
    expect(ada.room.getOthers()[0]?.name).toBe(bo.room.getSelf()?.name);
    expect([ada.room.getCount(), bo.room.getCount()]).toEqual([2, 2]);
    expect([ada.errors, bo.errors]).toEqual([[], []]);
  });

  it("see each other's cursor, its hiding and its return", async () => {
    const id = newRoom();
    const [ada, bo] = [enter(id), enter(id)];
    await joined(ada.room, bo.room);
    const others = bo.room.getOthers();
    const told = collect(bo.room, 'cursors');

    ada.room.updateCursor({ x: 0.25, y: 2 });
    expect(ada.room.getSelf()?.cursor).toEqual({ x: 0.25, y: 1 });
    await until('the cursor is there', () => bo.room.getOthers()[0]?.cursor);
    expect(bo.room.getOthers()[0]?.cursor?.x).toBeCloseTo(0.25, 4);
    expect(bo.room.getOthers()[0]?.cursor?.y).toBe(1);
    expect(bo.room.getOthers(), 'a move changes nobody').toBe(others);
    await until('it was told', () => told.length);
    const [cursors] = told.at(-1) as [Float32Array];
    expect([...cursors]).toEqual([ada.room.getSelf()?.connectionId, expect.closeTo(0.25, 4), 1]);

    ada.room.updateCursor(null);
    await until('it is hidden', () => bo.room.getOthers()[0]?.cursor === null);
    expect(bo.room.getCursors()).toHaveLength(0);
    ada.room.updateCursor({ x: 0.5, y: 0.5 });
    await until('it is back', () => bo.room.getOthers()[0]?.cursor?.y !== undefined);
    expect(ada.room.getSelf()?.cursor).toEqual({ x: 0.5, y: 0.5 });
    expect(ada.room.getCursors(), 'nobody sees their own').toHaveLength(0);
  });

  it('see exactly the presence that the other has, through any change', async () => {
    const id = newRoom();
    const ada = enter(id, {
      initialPresence: { tool: 'pen', box: { w: 1, h: 2 }, list: [1, null] },
    });
    const bo = enter(id, { initialPresence: { tool: null, missing: null } });
    await joined(ada.room, bo.room);
    const seen = () => bo.room.getOthers()[0]?.presence;
    await until('the initial presence is there', () => seen()?.['list']);
    expect(seen()).toEqual({ tool: 'pen', box: { w: 1, h: 2 }, list: [1, null], missing: null });

    const self = collect(ada.room, 'self');
    const others = collect(bo.room, 'others');
    const before = bo.room.getOthers();
    ada.room.updatePresence({ tool: null });
    ada.room.updatePresence({ box: { h: 3 }, list: [2] });
    expect(ada.room.getPresence()).toEqual({ tool: null, box: { h: 3 }, list: [2] });
    await until('the change is there', () => seen()?.['box']?.h === 3);
    expect(seen()).toEqual({ tool: null, box: { h: 3 }, list: [2], missing: null });
    expect(bo.room.getOthers()).not.toBe(before);
    expect(self, 'both changes were told at once').toHaveLength(1);
    expect(others).toHaveLength(1);
    expect(others[0]?.[1]).toMatchObject({
      joined: [],
      left: [],
      updated: [{ presence: { list: [2] } }],
    });
    expect(ada.room.getSelf()?.presence).toEqual({ tool: null, box: { h: 3 }, list: [2] });

    const cleo = enter(id);
    await joined(ada.room, bo.room, cleo.room);
    const late = cleo.room
      .getOthers()
      .find((user) => user.connectionId === ada.room.getSelf()?.connectionId);
    expect(late?.presence).toEqual({ box: { h: 3 }, list: [2] });
  });

  it("get each other's events in order with the presence, and not their own", async () => {
    const id = newRoom();
    const [ada, bo] = [enter(id, { name: 'Ada' }), enter(id)];
    const got: unknown[] = [];
    bo.room.subscribe('event', ({ event, user, connectionId }) => {
      got.push([event, user?.name, connectionId, user?.presence['step']]);
    });
    const own = collect(ada.room, 'event');
    await joined(ada.room, bo.room);
    const me = ada.room.getSelf()?.connectionId;
    ada.room.updatePresence({ step: 1 });
    ada.room.broadcastEvent({ type: 'wave' });
    ada.room.updatePresence({ step: 2 });
    ada.room.broadcastEvent({ type: 'ünïcode ✓', nested: { list: [1, null, '😀'] } });
    await until('both are there', () => got.length === 2);
    expect(got).toEqual([
      [{ type: 'wave' }, 'Ada', me, 1],
      [{ type: 'ünïcode ✓', nested: { list: [1, null, '😀'] } }, 'Ada', me, 2],
    ]);
    expect(own).toEqual([]);
  });

  it('see activity, surface and selection', async () => {
    const id = newRoom();
    const [ada, bo] = [enter(id), enter(id)];
    await joined(ada.room, bo.room);
    ada.room.setActivity('idle');
    ada.room.setSurface('card-1');
    ada.room.setSelection(['a', 'bö']);
    const seen = () => bo.room.getOthers()[0];
    await until(
      'all is there',
      () => seen()?.selection.length === 2 && seen()?.surface && seen()?.activity === 'idle',
    );
    expect(seen()).toMatchObject({ activity: 'idle', surface: 'card-1', selection: ['a', 'bö'] });
    ada.room.setActivity('active');
    ada.room.setSurface(null);
    ada.room.setSelection([]);
    await until(
      'all is gone',
      () =>
        seen()?.selection.length === 0 && seen()?.surface === null && seen()?.activity === 'active',
    );
  });

  it('see a leave at once', async () => {
    const id = newRoom();
    const [ada, bo] = [enter(id, { name: 'Ada' }), enter(id)];
    await joined(ada.room, bo.room);
    const told = collect(bo.room, 'others');
    ada.leave();
    ada.leave();
    await until('she is gone', () => bo.room.getOthers().length === 0);
    expect(told.at(-1)?.[1]).toMatchObject({ joined: [], left: [{ name: 'Ada' }], updated: [] });
    await until('the count is told', () => bo.room.getCount() === 1);
    expect([ada.client.getStatus(), ada.client.getRoom(id)]).toEqual(['initial', null]);
  });
});

describe('what is done before the connection', () => {
  it('arrives: presence, cursor, and events to those who are there already', async () => {
    const id = newRoom();
    const bo = enter(id);
    const events = collect(bo.room, 'event');
    await joined(bo.room);
    const ada = enter(id, { initialPresence: { a: 1 } });
    expect(ada.room.getStatus()).toBe('connecting');
    ada.room.updatePresence({ b: 2 });
    ada.room.updateCursor({ x: 1, y: 0 });
    ada.room.broadcastEvent({ type: 'early' });
    await until('everything is there', () => events.length === 1 && bo.room.getOthers()[0]?.cursor);
    expect(bo.room.getOthers()[0]).toMatchObject({
      presence: { a: 1, b: 2 },
      cursor: { x: 1, y: 0 },
    });
  });
});

describe('leases', () => {
  it('leaving and entering again at once keeps the room, as StrictMode does it', async () => {
    const id = newRoom();
    const bo = enter(id);
    const ada = enter(id);
    await joined(ada.room, bo.room);
    const told = collect(bo.room, 'others');
    ada.leave();
    const again = ada.client.enterRoom(id);
    expect(again.room).toBe(ada.room);
    ada.leave(); // Given back already: this is not the second lease.
    const sentinel = enter(id);
    await joined(ada.room, bo.room, sentinel.room);
    expect(told.flatMap(([, change]) => (change as { left: unknown[] }).left)).toEqual([]);
    again.leave();
    await until('the last lease leaves', () => bo.room.getOthers().length === 1);
  });

  it('rooms given back make place for others at once', async () => {
    const client = connect();
    const leases = Array.from({ length: 16 }, () => client.enterRoom(newRoom()));
    const errors = leases.map(({ room }) => collect(room, 'error'));
    await until('all are joined', () =>
      leases.every(({ room }) => room.getStatus() === 'connected'),
    );
    const watcher = enter(leases[3]!.room.id);
    await joined(watcher.room, leases[3]!.room);
    leases[3]!.leave();
    leases[4]!.leave();
    const { room } = client.enterRoom(newRoom());
    const again = client.enterRoom(leases[4]!.room.id);
    expect(again.room, 'only the place that was needed is taken').toBe(leases[4]!.room);
    const roomErrors = collect(room, 'error');
    await until('the new one is joined', () => room.getStatus() === 'connected');
    await until('the old one is left', () => watcher.room.getOthers().length === 0);
    expect(client.getRoom(watcher.room.id)).toBe(null);
    expect([...errors, roomErrors].flat()).toEqual([]);
    expect(() => client.enterRoom(newRoom())).toThrow(/^16 rooms are entered/);
  });

  it('a room that was left can be entered anew, with a new room', async () => {
    const id = newRoom();
    const ada = enter(id);
    await joined(ada.room);
    ada.leave();
    await until('it is left', () => ada.client.getRoom(id) === null);
    const { room } = ada.client.enterRoom(id);
    expect(room).not.toBe(ada.room);
    await joined(room);
    expect(ada.room.getStatus()).toBe('disconnected');
  });

  it('one client carries several rooms, and leaves one without the others', async () => {
    const ids = [newRoom(), newRoom(), newRoom()];
    const client = connect();
    const leases = ids.map((id) => client.enterRoom(id));
    const bo = enter(ids[1]!);
    await joined(bo.room, leases[1]!.room);
    leases[0]!.leave();
    leases[1]!.room.broadcastEvent({ type: 'after' });
    const events = collect(bo.room, 'event');
    await until('the event is there', () => events.length);
    await until('one is left', () => client.getRoom(ids[0]!) === null);
    expect(leases.map(({ room }) => room.getStatus())).toEqual([
      'disconnected',
      'connected',
      'connected',
    ]);
  });
});

describe('an observer', () => {
  it('sees the others and is not listed', async () => {
    const id = newRoom();
    const ada = enter(id, { name: 'Ada' });
    await joined(ada.room);
    const watcher = enter(id, { observer: true });
    await until('the observer sees her', () => watcher.room.getOthers()[0]?.name === 'Ada');
    expect([watcher.room.getSelf(), watcher.room.getCount(), ada.room.getCount()]).toEqual([
      null,
      1,
      1,
    ]);
    expect(ada.room.getOthers()).toEqual([]);
  });
});

describe('when the server is gone for a moment', () => {
  it("everyone says so, comes back, and has each other's state again", async () => {
    const own = await Server.start();
    try {
      const [ada, bo] = ['Ada', 'Bo'].map(
        (name) => connect(own.url).enterRoom('r', { name, initialPresence: { name } }).room,
      );
      await joined(ada!, bo!);
      ada!.updateCursor({ x: 0, y: 1 });
      await until('the cursor is there', () => bo!.getOthers()[0]?.cursor);
      const status = collect(ada!, 'status');
      const lost = collect(ada!, 'lost-connection');
      await own.kill();
      await until('the loss is told', () => lost.length === 1);
      expect(ada!.getStatus()).toBe('reconnecting');
      expect(ada!.getOthers(), 'nobody vanishes meanwhile').toHaveLength(1);
      ada!.updatePresence({ meanwhile: true });
      await own.start();
      await joined(ada!, bo!);
      await until(
        'the state is back',
        () => bo!.getOthers()[0]?.presence['meanwhile'] && bo!.getOthers()[0]?.cursor,
      );
      expect(bo!.getOthers()[0]).toMatchObject({
        name: 'Ada',
        presence: { name: 'Ada', meanwhile: true },
        cursor: { x: 0, y: 1 },
      });
      await until('the return is told', () => lost.length === 2);
      expect(lost).toEqual([['lost'], ['restored']]);
      expect(status).toEqual([['reconnecting'], ['connected']]);
    } finally {
      await own.kill();
    }
  });

  it('an application that asks for it does not wait for the back-off', async () => {
    const own = await Server.start();
    const sockets: WebSocket[] = [];
    class Counted extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    }
    const client = createClient({ url: own.url, WebSocket: Counted });
    const { room } = client.enterRoom(newRoom());
    await until('it is joined', () => room.getStatus() === 'connected');
    await own.kill();
    const isWaiting = () =>
      sockets.length > 1 && sockets.every((socket) => socket.readyState === WebSocket.CLOSED);
    await until('an attempt failed', isWaiting);
    const attempts = sockets.length;
    client.reconnect();
    expect(sockets).toHaveLength(attempts + 1);
    client.close();
  });
});

describe('when there is no server at first', () => {
  it('says so once, then that it takes long, and goes on trying', async () => {
    const own = await Server.start();
    await own.kill();
    const client = connect(own.url);
    const { room } = client.enterRoom(newRoom());
    const lost = collect(room, 'lost-connection');
    const errors = collect(room, 'error') as [MoteError][];
    const statuses = collect(room, 'status');
    await until('both are told', () => lost.length && errors.length);
    client.reconnect(); // A second attempt that fails is not told.
    expect(room.getStatus()).toBe('connecting');
    await own.start();
    await until('it is joined after all', () => room.getStatus() === 'connected');
    expect(lost).toEqual([['lost'], ['restored']]);
    expect(statuses).toEqual([['connected']]);
    expect(errors.map(([{ message, closeCode }]) => [message, closeCode])).toEqual([
      [
        `room "${room.id}": no Mote server answers at ${own.url}: is it running, ` +
          'and is the path right (usually /ws)?',
        1006,
      ],
    ]);
    await own.kill();
  });
});
