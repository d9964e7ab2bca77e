/** The two worlds that every scenario is run in: the real one, and the one for tests. */
import { WebSocket } from 'ws';
import { type Client, createClient, type Room, type RoomListeners } from '../../dist/index.js';
import { createTestWorld } from '../../dist/testing.js';
import { Server, until } from '../support/server.js';

export type Presence = { [key: string]: any };
export type Event = { type: string; [key: string]: any };
export type AnyRoom = Room<Presence, Event>;
export type Person = Client<Presence, Event> & { goOffline(): void; goOnline(): void };

/** What a scenario can do. */
export interface Side {
  /** A client whose line can be cut. */
  connect(): Person;
  /** Resolves once `condition` is truthy; in the world of tests that is when it has settled. */
  until<T>(what: string, condition: () => T): Promise<NonNullable<T>>;
  /** Lets the time pass after which a client says that its line is lost. */
  passLostTimeout(): Promise<void>;
  /** Lets the time pass after which the seat of somebody whose line was cut is free. */
  passGrace(): Promise<void>;
  end(): Promise<void>;
}

export const SIDES: { name: string; start: () => Promise<Side> }[] = [
  { name: 'the real server', start: realSide },
  { name: 'the world of tests', start: testSide },
];

/** Rooms here take so many, so that a full one is quickly made. */
export const PEOPLE_MAX = 3;

async function realSide(): Promise<Side> {
  const server = await Server.start(
    ...['--resume-grace', '1500ms', '--max-people-per-room', `${PEOPLE_MAX}`],
  );
  const clients: Client<Presence, Event>[] = [];
  return {
    connect() {
      let isCut = false;
      const sockets = new Set<WebSocket>();
      class Line extends WebSocket {
        constructor(url: string, protocols?: string | string[]) {
          // Port 1 refuses, as a network that is down does.
          super(isCut ? 'ws://127.0.0.1:1' : url, protocols);
          sockets.add(this);
        }
      }
      const options = { url: server.url, WebSocket: Line, lostConnectionTimeout: 50 };
      const client = createClient<Presence, Event>(options);
      clients.push(client);
      return Object.assign(client, {
        goOffline() {
          isCut = true;
          for (const socket of sockets) socket.terminate();
        },
        goOnline() {
          isCut = false;
          client.reconnect();
        },
      });
    },
    until,
    passLostTimeout: async () => {},
    passGrace: async () => {},
    async end() {
      for (const client of clients) client.close();
      await server.kill();
    },
  };
}

async function testSide(): Promise<Side> {
  const world = createTestWorld({ maxPeoplePerRoom: PEOPLE_MAX });
  return {
    connect: () => world.createClient<Presence, Event>(),
    async until(what, condition) {
      await world.settle();
      const value = condition();
      if (!value) throw new Error(`the world has settled, and it is not so that ${what}`);
      return value;
    },
    passLostTimeout: () => world.advance(5_000),
    passGrace: () => world.advance(10_000),
    end: async () => world.close(),
  };
}

/** Everything that a room tells from now on, one array of arguments a call. */
export function collect<K extends keyof RoomListeners>(room: AnyRoom, name: K) {
  const calls: Parameters<RoomListeners<Presence, Event>[K]>[] = [];
  room.subscribe(name, ((...args: never[]) => void calls.push(args as never)) as never);
  return calls;
}

/** Everybody who came, went or changed, one after another, as `[what, name]`. */
export function collectChanges(room: AnyRoom): [string, string][] {
  const changes: [string, string][] = [];
  room.subscribe('others', (_others, { joined, left, updated }) => {
    changes.push(
      ...left.map(({ name }): [string, string] => ['left', name]),
      ...joined.map(({ name }): [string, string] => ['joined', name]),
      ...updated.map(({ name }): [string, string] => ['updated', name]),
    );
  });
  return changes;
}

/** Resolves when each of these rooms is joined and lists all the others. */
export function joined(side: Side, ...rooms: AnyRoom[]): Promise<boolean> {
  return side.until('all are joined and see each other', () =>
    rooms.every(
      (room) => room.getStatus() === 'connected' && room.getOthers().length === rooms.length - 1,
    ),
  );
}

/** Resolves when everything that `from` said before has reached `to`. */
export async function said(side: Side, from: AnyRoom, to: AnyRoom): Promise<void> {
  const mark = `mark ${(marks += 1)}`;
  let isThere = false;
  const stop = to.subscribe('event', ({ event }) => {
    isThere ||= event.type === mark;
  });
  from.broadcastEvent({ type: mark });
  await side.until('the mark is there', () => isThere);
  stop();
}

let marks = 0;
