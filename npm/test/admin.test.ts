/** A backend's hand in rooms, on the real server, as it and the people in the rooms see it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, createClient, type MoteError, type Room } from '../dist/index.js';
import { type Admin, AdminError, type AdminOptions, createAdmin, createToken } from '../dist/server.js';
import { Server, until } from './support/server.js';

const secret = '0123456789abcdef0123456789abcdef';

let server: Server;
let admin: Admin;
const clients: Client[] = [];
let rooms = 0;
let id: string;

beforeAll(async () => {
  server = await Server.start('--auth-secret', secret);
  admin = createAdmin({ url: server.url, secret });
});
beforeEach(() => {
  rooms += 1;
  id = `acme/plan ${rooms}?`;
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => server.kill());

async function enter(account: string, room = id): Promise<Room> {
  const token = () => createToken({ secret, account, name: account, rooms: { '*': ['read', 'presence', 'event'] } });
  const client = createClient({ url: server.url, WebSocket, token });
  clients.push(client);
  const entered = client.enterRoom(room).room;
  await until(`${account} is in`, () => entered.getStatus() === 'connected');
  return entered;
}

async function all<T>(generator: AsyncGenerator<T, void>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of generator) list.push(one);
  return list;
}

it('a backend sees the rooms and the people in them, as they see each other', async () => {
  expect(await admin.room(id)).toBeNull();
  expect(await all(admin.people(id))).toEqual([]);
  const ada = await enter('ada');
  // Whoever is alone sends no cursor.
  await enter('bob');
  await until('they see each other', () => ada.getOthers().length === 1);
  ada.updatePresence({ typing: true });
  ada.updateCursor({ x: 1, y: 0 });
  const first = async () => (await all(admin.people(id)))[0];
  await until('the cursor is there', async () => (await first())?.cursor);
  const self = ada.getSelf();
  expect(await first()).toEqual({
    connectionId: self?.connectionId,
    name: 'ada',
    color: self?.color,
    account: 'ada',
    agent: null,
    presence: { typing: true },
    cursor: { x: 1, y: 0 },
    surface: null,
    activity: 'active',
    selection: [],
    node: null,
  });
  const info = { room: id, people: 2, observers: 0, nodes: [] };
  expect(await admin.room(id)).toEqual(info);
  expect(await all(admin.rooms({ prefix: 'acme/' }))).toContainEqual(info);
  expect(await all(admin.rooms({ prefix: 'nobody/' }))).toEqual([]);
});

it('lists are read to their end', async () => {
  const agents = Array.from({ length: 205 }, (_, number) => `bot-${number}`);
  for (const agent of agents) await admin.setAgent(id, agent);
  const people = await all(admin.people(id));
  expect(people.map((person) => person.agent).sort()).toEqual(agents.sort());
});

it("a backend's event is heard by everybody and is nobody's, an agent's is its own", async () => {
  const ada = await enter('ada');
  const heard: unknown[] = [];
  ada.subscribe('event', ({ event, connectionId, user }) => heard.push([event, connectionId, user?.name ?? null]));
  expect(await admin.broadcastEvent(id, { type: 'saved', by: { name: 'Zoë 🦊' } })).toBe(1);
  const bot = await admin.setAgent(id, 'bot', { name: 'Bot' });
  await until('the bot is seen', () => ada.getOthers().length === 1);
  expect(await admin.broadcastEvent(id, { type: 'hi' }, { agent: 'bot' })).toBe(2);
  await until('both are heard', () => heard.length === 2);
  expect(heard).toEqual([
    [{ type: 'saved', by: { name: 'Zoë 🦊' } }, -1, null],
    [{ type: 'hi' }, bot.connectionId, 'Bot'],
  ]);
  expect(await admin.broadcastEvent('nobody is here', { type: 'hi' })).toBe(0);
});

it('an agent is a person to the others: it changes, moves and leaves', async () => {
  const ada = await enter('ada');
  const made = await admin.setAgent(id, 'a/b', { name: 'Summarizer', color: '#112233', presence: { step: 1, old: true } });
  expect(made).toMatchObject({ agent: 'a/b', account: 'agent:a/b', name: 'Summarizer', cursor: null });
  const agent = await until('it is seen', () => ada.getOthers()[0]);
  expect(agent).toMatchObject({ name: 'Summarizer', color: '#112233', account: 'agent:a/b' });
  await admin.updateAgent(id, 'a/b', { presence: { step: 2, old: null }, cursor: { x: 0.5, y: 1 } });
  const cursor = () => ada.getOthers()[0]?.cursor;
  await until('it has moved', cursor);
  expect(cursor()?.y).toBe(1);
  expect(ada.getOthers()[0]?.presence).toEqual({ step: 2 });
  await admin.updateAgent(id, 'a/b', { cursor: null });
  await until('it is hidden', () => cursor() === null);
  expect(await admin.removeAgent(id, 'a/b')).toBe(true);
  await until('it is gone', () => ada.getOthers().length === 0);
  expect(await admin.removeAgent(id, 'a/b')).toBe(false);
  await expect(admin.updateAgent(id, 'a/b', {})).rejects.toMatchObject({ status: 404, code: 'not-found' });
});

it('who is kicked is told so and stops, by their number or with all of their tabs', async () => {
  const errors: MoteError[] = [];
  const bob = [await enter('bob'), await enter('bob'), await enter('bob')];
  for (const room of bob) room.subscribe('error', (error) => errors.push(error));
  const connectionId = bob[0]?.getSelf()?.connectionId ?? -1;
  expect(await admin.kick(id, { connectionId }, 'be nice')).toBe(1);
  await until('it stops', () => bob[0]?.getStatus() === 'disconnected');
  expect(errors).toMatchObject([{ code: 'kicked', retry: 'never' }]);
  expect(await admin.kick(id, { connectionId })).toBe(0);
  expect(await admin.kick(id, { account: 'bob' })).toBe(2);
  await until('all stop', () => bob.every((room) => room.getStatus() === 'disconnected'));
  expect(await admin.kick(id, { account: 'bob' })).toBe(0);
});

it('a room that is closed is gone', async () => {
  const people = [await enter('ada'), await enter('bob')];
  expect(await admin.closeRoom(id, 'the board was deleted')).toBe(2);
  await until('all are out', () => people.every((room) => room.getStatus() === 'disconnected'));
  expect(await admin.room(id)).toBeNull();
  expect(await admin.closeRoom(id)).toBe(0);
});

it('a backend sees its servers', async () => {
  expect(await admin.node()).toMatchObject({ version: '0.1.0', draining: false, redis: 'none', node: null });
  expect(await admin.cluster()).toEqual([{ node: null, address: null, isSelf: true }]);
});

describe('who may', () => {
  const refusal = async (options: Partial<AdminOptions>): Promise<unknown> => {
    const other = createAdmin({ url: server.url, ...options } as AdminOptions);
    return other.node().catch((error: unknown) => error);
  };

  it('a token of its own may, one without the right may not', async () => {
    const token = (right: 'admin' | 'read') => () => createToken({ secret, account: 'x', rooms: { '*': [right] } });
    expect(await refusal({ token: token('admin') })).toMatchObject({ version: '0.1.0' });
    expect(await refusal({ token: token('read') })).toMatchObject({ status: 403, code: 'forbidden' });
    expect(await refusal({})).toMatchObject({ status: 401, code: 'unauthorized' });
    const wrong = 'fedcba9876543210fedcba9876543210';
    const error = await refusal({ secret: wrong });
    expect(error).toBeInstanceOf(AdminError);
    expect(error).toMatchObject({ status: 401, name: 'AdminError' });
    expect(String(error)).not.toContain(wrong);
  });

  it('a server on this machine that asks for no tokens needs none', async () => {
    const open = await Server.start();
    expect(await createAdmin({ url: open.url }).node()).toMatchObject({ connections: 0 });
    await open.kill();
  });
});

describe('what goes wrong', () => {
  /** A server that answers so, one after the other, and what it was asked. */
  function scripted(...answers: (number | 'cut' | object)[]) {
    const asked: string[] = [];
    const answer = async (input: unknown, init?: RequestInit): Promise<Response> => {
      asked.push(`${init?.method} ${String(input).replace('https://x.test', '')}`);
      const next = answers.shift() ?? {};
      if (next === 'cut') throw new TypeError('fetch failed');
      if (typeof next === 'object') return Response.json(next);
      const problem = { type: 'urn:mote:problem:some', title: 't', status: next, detail: 'a sentence' };
      return Response.json(problem, { status: next });
    };
    const scriptedAdmin = createAdmin({ url: 'https://x.test/ws', fetch: answer as typeof fetch });
    return { admin: scriptedAdmin, asked };
  }

  it('what does no harm is tried again', async () => {
    const { admin: patient, asked } = scripted('cut', 503, 500, { version: 'x' });
    expect(await patient.node()).toEqual({ version: 'x' });
    expect(asked).toEqual(Array(4).fill('GET /api/v1/node'));
  });

  it('an end comes after some times, and says what was wrong', async () => {
    const { admin: patient, asked } = scripted(...Array(9).fill('cut'));
    await expect(patient.setAgent('r', 'bot')).rejects.toMatchObject({
      status: 0,
      code: 'unreachable',
      message: expect.stringContaining('https://x.test/api/v1'),
    });
    expect(asked).toHaveLength(4);
  });

  it('an event, and a kick by number, that may have been done are not done twice', async () => {
    for (const failure of ['cut', 500] as const) {
      const { admin: careful, asked } = scripted(failure);
      await expect(careful.broadcastEvent('r', { type: 'e' })).rejects.toBeInstanceOf(AdminError);
      await expect(scripted(failure).admin.kick('r', { connectionId: 1 })).rejects.toBeInstanceOf(AdminError);
      expect(asked).toHaveLength(1);
    }
    const { admin: patient, asked } = scripted(503, 429, { people: 3 });
    expect(await patient.broadcastEvent('r', { type: 'e' })).toBe(3);
    expect(asked).toHaveLength(3);
  });

  it("the caller's mistakes are told as they are, at once", async () => {
    const { admin: strict, asked } = scripted(422);
    await expect(strict.setAgent('r', 'bot', { ttl_s: 0 })).rejects.toMatchObject({
      status: 422,
      code: 'some',
      message: 'a sentence',
    });
    expect(asked).toHaveLength(1);
    for (const room of ['', '.', '..', 1 as unknown as string]) {
      await expect(async () => strict.room(room)).rejects.toThrow(TypeError);
    }
    await expect(strict.kick('r', {} as never)).rejects.toThrow('connectionId');
    for (const url of ['', 'presence.example.com', 'ftp://x.test', undefined as unknown as string]) {
      expect(() => createAdmin({ url })).toThrow('url must be an address');
    }
    await expect(createAdmin({ url: 'https://x.test', secret: 'short' }).node()).rejects.toThrow('32 bytes');
  });

  it('an answer of somebody else is told apart', async () => {
    const html = async () => new Response('<html>', { status: 200 });
    const other = createAdmin({ url: 'https://x.test', fetch: html as typeof fetch });
    await expect(other.node()).rejects.toMatchObject({ code: 'not-mote' });
  });
});

it('what it takes and tells is what the server describes', async () => {
  const answer = await fetch(`${server.url.replace('ws:', 'http:').replace(/\/ws$/, '')}/api/v1/openapi.json`);
  const { components } = (await answer.json()) as { components: { schemas: Record<string, { properties: object }> } };
  const described = (name: string) => Object.keys(components.schemas[name]?.properties ?? {}).sort();
  const agent = await admin.setAgent(id, 'bot');
  expect(Object.keys(agent).sort()).toEqual(described('Person'));
  expect(Object.keys(await admin.node()).sort()).toEqual(described('NodeInfo'));
  expect(Object.keys((await admin.room(id)) ?? {}).sort()).toEqual(described('RoomInfo'));
  expect(Object.keys((await admin.cluster())[0] ?? {}).sort()).toEqual(described('Member'));
  expect(described('Agent')).toEqual(
    ['activity', 'color', 'cursor', 'name', 'presence', 'selection', 'surface', 'ttl_s'].sort(),
  );
});
