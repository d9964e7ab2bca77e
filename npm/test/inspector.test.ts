// @vitest-environment jsdom
/** What an inspector writes down and does to a line, with the real client and the real server. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Client, createClient } from '../dist/index.js';
import { mountInspector } from '../src/inspector.js';
import type { Entry } from '../src/inspector/log.js';
import { type Inspected, Recorder } from '../src/inspector/recorder.js';
import { asText, detail, hex, summary } from '../src/inspector/words.js';
import { Server, until } from './support/server.js';

type Presence = { [key: string]: any };
type Event = { type: string; [key: string]: any };

let server: Server;
const ends: (() => void)[] = [];
let rooms = 0;

beforeAll(async () => {
  server = await Server.start('--heartbeat', '1s');
});
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});
afterAll(() => server.kill());

const newRoom = () => `room ${(rooms += 1)}`;

function connect(url = server.url) {
  const sockets: WebSocket[] = [];
  class Socket extends WebSocket {
    constructor(address: string, protocols?: string | string[]) {
      super(address, protocols);
      sockets.push(this);
    }
  }
  const client = createClient<Presence, Event>({ url, WebSocket: Socket });
  ends.push(() => client.close());
  return { client, sockets };
}

function record(client: Client<Presence, Event>): Recorder {
  const recorder = new Recorder(client as unknown as Inspected, () => {});
  ends.push(() => recorder.stop());
  return recorder;
}

async function enter(client: Client<Presence, Event>, id: string) {
  const { room } = client.enterRoom(id, { name: 'Ada' });
  room.subscribe('error', () => {});
  await until('the room is joined', () => room.getStatus() === 'connected');
  return room;
}

/** Two people in a room, of whom the first is inspected. */
async function pair() {
  const { client, sockets } = connect();
  const recorder = record(client);
  const id = newRoom();
  const room = await enter(client, id);
  const other = await enter(connect().client, id);
  await until('they see each other', () => room.getOthers().length === 1);
  return { client, sockets, recorder, room, other };
}

const types = (recorder: Recorder, from: string) =>
  recorder.log.entries.filter((entry) => entry.from === from).map(({ type }) => type);

const find = (recorder: Recorder, type: string, from = 'client') =>
  recorder.log.entries.filter((entry) => entry.type === type && entry.from === from).at(-1);

describe('the log', () => {
  it('has what is said and heard, decoded, with its bytes and its room', async () => {
    const { recorder, room, other } = await pair();
    room.updateCursor({ x: 0.5, y: 0 });
    const cursor = await until('it is sent', () => find(recorder, 'CursorUpdate'));
    expect([cursor.bytes, cursor.room]).toEqual([5, room.id]);
    expect(hex(cursor.piece)).toBe('0000  10 80 00 00 00');
    expect(summary(cursor.piece)).toBe('x 0.5, y 0');

    other.broadcastEvent({ type: 'wave', to: 'you' });
    other.updatePresence({ step: 2 });
    const event = await until('it is heard', () => find(recorder, 'Event', 'server'));
    expect(summary(event.piece)).toContain('payload {"to":"you"}');
    const state = await until('it is heard', () => find(recorder, 'State', 'server'));
    expect(JSON.parse(detail(state.piece))).toMatchObject({ fields: { Custom: { step: 2 } } });
    expect(types(recorder, 'server').slice(0, 3)).toEqual(['Welcome', 'UserJoined', 'CursorBatch']);
    expect(types(recorder, 'client')[0]).toBe('Join');
  });

  it('begins on the line that is there, and ends on it, without a reconnect', async () => {
    const { client, sockets } = connect();
    const room = await enter(client, newRoom());
    const recorder = record(client);
    const other = await enter(connect().client, room.id);
    const join = await until('it is heard', () => find(recorder, 'UserJoined', 'server'));
    expect(join.room).toBe(room.id);
    expect(recorder.history.happenings.map(({ status }) => status)).toEqual(['connected']);

    recorder.stop();
    const { length } = recorder.log.entries;
    room.updateCursor({ x: 1, y: 1 });
    other.updateCursor({ x: 1, y: 1 });
    await until('both still hear', () => [room, other].every((one) => one.getOthers()[0]?.cursor));
    expect(recorder.log.entries).toHaveLength(length);
    expect(sockets).toHaveLength(1);
    const own = Object.getOwnPropertyNames(sockets[0]);
    expect(own.filter((name) => /^(send|close|on[a-z]+)$/.test(name))).toEqual([]);
  });

  it('never shows what takes a seat back', async () => {
    const { recorder, room } = await pair();
    const seat = (room as unknown as { resume: Uint8Array }).resume;
    recorder.cut();
    await until('it joins with the resume value', () =>
      recorder.log.entries.filter(({ type }) => type === 'Join').length === 2,
    );
    await until('it is back', () => recorder.status === 'connected');
    const bytes = find(recorder, 'Join')?.piece.bytes ?? new Uint8Array();
    expect(Buffer.from(bytes).includes(Buffer.from(seat))).toBe(true);
    const secret = Buffer.from(seat).toString('hex');
    const shown = ({ piece, ...entry }: Entry) =>
      [detail(piece), hex(piece), summary(piece), asText({ piece, ...entry })].join('\n');
    const all = recorder.log.entries.map(shown).join('\n').replaceAll(/\s/g, '');
    expect(all).not.toContain(secret);
    expect(all).toContain('(hidden)');
  });

  it('shows bytes that break the rules for what they are', async () => {
    const bad = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    ends.push(() => bad.close());
    await until('it listens', () => bad.address());
    // A count of people that goes on after the message's end, and a type that there is not.
    bad.on('connection', (socket) => socket.send(Uint8Array.of(0x70, 0x05, 0xf3, 0x01)));
    const { port } = bad.address() as { port: number };
    const { client } = connect(`ws://127.0.0.1:${port}/ws`);
    const recorder = record(client);
    client.enterRoom(newRoom()).room.subscribe('error', () => {});
    const entry = await until('it is shown', () => find(recorder, 'Malformed', 'server'));
    expect([hex(entry.piece), summary(entry.piece)]).toEqual([
      '0000  f3 01',
      'breaks a rule: type: 243',
    ]);
    expect(find(recorder, 'PresenceUpdate', 'server')?.bytes).toBe(2);
    await until('the client hangs up', () =>
      recorder.history.happenings.some(({ why }) => why === 'closed by the client (4000)'),
    );
  });
});

describe('a fault', () => {
  it('of latency makes the round trip so much longer, and keeps the order', async () => {
    const { recorder, room, other } = await pair();
    const heard: number[] = [];
    other.subscribe('event', ({ event }) => heard.push((event as Event)['n']));
    recorder.setFaults({ outMs: 150, inMs: 100 });
    recorder.probe();
    const tripMs = await until('it is measured', () => recorder.trips.lastMs);
    expect(tripMs).toBeGreaterThanOrEqual(249);
    for (let n = 0; n < 5; n++) room.broadcastEvent({ type: 'count', n });
    recorder.setFaults({ outMs: 0, inMs: 0 });
    for (let n = 5; n < 10; n++) room.broadcastEvent({ type: 'count', n });
    await until('all are heard', () => heard.length === 10);
    expect(heard).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('of a cut is a line lost for the client, which comes back to its seat', async () => {
    const { client, recorder, room, other } = await pair();
    const id = room.getSelf()?.connectionId;
    const changes: unknown[] = [];
    other.subscribe('others', (_, { joined, left }) => changes.push(...joined, ...left));
    const { length } = recorder.history.happenings;
    recorder.cut();
    await until('it is known', () => client.getStatus() === 'reconnecting');
    await until('it is back', () => room.getStatus() === 'connected');
    await until('it is written down', () => recorder.history.happenings.length === length + 3);
    expect([recorder.reconnects, room.getSelf()?.connectionId, changes]).toEqual([1, id, []]);
    const last = recorder.history.happenings.slice(-3);
    const told = last.map(({ status, why }) => `${status}: ${why}`);
    expect(told).toEqual([
      'reconnecting: cut by the inspector (1006)',
      expect.stringMatching(/^reconnecting: opening ws:/),
      expect.stringMatching(/^connected: the line is open, after \d+ ms$/),
    ]);
  });

  it('of a short silence delays everything and loses nothing', async () => {
    const { recorder, room, other } = await pair();
    const heard: unknown[] = [];
    other.subscribe('event', ({ event }) => heard.push(event));
    room.subscribe('event', ({ event }) => heard.push(event));
    recorder.setFaults({ isSilent: true });
    room.broadcastEvent({ type: 'from the silent' });
    other.broadcastEvent({ type: 'to the silent' });
    const third = await enter(connect().client, room.id);
    third.broadcastEvent({ type: 'of a third' });
    await until('others hear each other', () => heard.length === 1);
    expect(heard).toEqual([{ type: 'of a third' }]);

    recorder.setFaults({ isSilent: false });
    await until('it is made up for', () => heard.length === 4);
    expect(new Set(heard.map((event) => (event as Event).type)).size).toBe(3);
    expect(recorder.reconnects).toBe(0);
  });

  it('of a long silence is found out by heartbeats, and the end of it mends it', async () => {
    const { client, recorder, room, other } = await pair();
    recorder.setFaults({ isSilent: true });
    await until('it is found out', () => client.getStatus() === 'reconnecting');
    recorder.setFaults({ isSilent: false });
    client.reconnect();
    await until('it is back', () => room.getStatus() === 'connected');
    room.updateCursor({ x: 0.25, y: 1 });
    await until('it is heard', () => other.getOthers()[0]?.cursor?.y === 1);
  });

  it('of a slow line lets so many bytes through in a second', async () => {
    const { recorder, room, other } = await pair();
    let heard = 0;
    other.subscribe('event', () => (heard += 1));
    recorder.setFaults({ bytesPerS: 10_000 });
    const start = performance.now();
    for (let n = 0; n < 4; n++) room.broadcastEvent({ type: 'big', text: 'x'.repeat(1_000) });
    await until('all are heard', () => heard === 4);
    expect(performance.now() - start).toBeGreaterThan(395);
  });

  it('ends with the inspector, and what it held back goes through', async () => {
    const { recorder, room, other } = await pair();
    recorder.setFaults({ isSilent: true });
    room.broadcastEvent({ type: 'late' });
    const heard: unknown[] = [];
    other.subscribe('event', ({ event }) => heard.push(event));
    recorder.stop();
    await until('it is heard', () => heard.length === 1);
    other.updateCursor({ x: 0, y: 1 });
    await until('it hears', () => room.getOthers()[0]?.cursor?.y === 1);
  });
});

describe('mounting', () => {
  it('adds one element, and the function that it returns takes it away', async () => {
    const { client } = connect();
    await enter(client, newRoom());
    const before = document.body.innerHTML;
    for (let times = 0; times < 2; times++) {
      const unmount = mountInspector(client, { open: true });
      expect(document.querySelectorAll('[data-mote-inspector]')).toHaveLength(1);
      unmount();
      unmount();
      expect(document.body.innerHTML).toBe(before);
    }
  });

  it('says what is wrong with how it is called', () => {
    const { client } = connect();
    expect(() => mountInspector({} as Client)).toThrow(/^mountInspector takes what createClient/);
    const corner = 'middle' as 'top-left';
    expect(() => mountInspector(client, { corner })).toThrow(/^corner must be .*, not middle$/);
    const unmount = mountInspector(client);
    expect(() => mountInspector(client)).toThrow(/^this client has an inspector/);
    unmount();
  });
});
