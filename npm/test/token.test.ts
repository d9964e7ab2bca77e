/** Tokens: asked for when a room is entered and before every reconnect; and what errors say. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, createClient, MoteError, type Room, type TokenProvider } from '../dist/index.js';
import { Gate } from './support/gate.js';
import { Server, until } from './support/server.js';

let server: Server;
let gate: Gate;
let client: Client;
const asked: string[] = [];
const errors: MoteError[] = [];

beforeAll(async () => {
  server = await Server.start();
});
beforeEach(async () => {
  gate = await Gate.open(server.url);
});
afterEach(async () => {
  client.close();
  await gate.close();
  asked.length = errors.length = 0;
});
afterAll(() => server.kill());

/** Tokens t1, t2, … unless told otherwise. */
function enter(id: string, token: TokenProvider | undefined): Room {
  client = createClient({ url: gate.url, WebSocket, ...(token ? { token } : {}) });
  return also(id);
}

function also(id: string): Room {
  const { room } = client.enterRoom(id);
  room.subscribe('error', (error) => errors.push(error));
  return room;
}

const counting: TokenProvider = async (room) => {
  asked.push(room);
  return `t${asked.length}`;
};

const isJoined = (room: Room) => until(`${room.id} is joined`, () => room.getStatus() === 'connected');

it('each room is joined with a token of its own, and each reconnect with a new one', async () => {
  const first = enter('one', counting);
  await isJoined(first);
  const second = also('two');
  await isJoined(second);
  expect(gate.tokens).toEqual(['t1', 't2']);
  expect(asked).toEqual(['one', 'two']);
  gate.cut();
  await until('the line is lost', () => first.getStatus() === 'reconnecting');
  await Promise.all([first, second].map(isJoined));
  expect(gate.tokens.slice(2).sort()).toEqual(['t3', 't4']);
  expect(errors).toEqual([]);
});

it('an expired token is replaced by itself, and said to be tried again', async () => {
  const room = enter('plan', counting);
  await isJoined(room);
  gate.refuse(4101);
  gate.cut();
  await until('the new one is refused too', () => gate.tokens.length > 1 && errors.length > 0);
  gate.refuse(null);
  await isJoined(room);
  expect(new Set(gate.tokens).size).toBe(gate.tokens.length);
  const [{ code, retry, closeCode } = {} as MoteError] = errors;
  expect({ code, retry, closeCode }).toEqual({ code: 'closed', retry: 'automatic', closeCode: 4101 });
});

it('a provider that fails is told and asked again', async () => {
  const room = enter('plan', async (id) => {
    asked.push(id);
    if (asked.length === 1) throw new Error('the login service is away');
    if (asked.length === 2) return 42 as never;
    return 'good';
  });
  await isJoined(room);
  expect(gate.tokens).toEqual(['good']);
  expect(errors.map(({ code, retry, message }) => [code, retry, message])).toEqual([
    [
      'token',
      'automatic',
      'room "plan": the token provider failed: the login service is away',
    ],
    [
      'token',
      'automatic',
      'room "plan": the token provider failed: a token, if not null, must be a string of 1 to 8192 bytes, not 42',
    ],
  ]);
});

it('a provider that has none ends that room only', async () => {
  const out = enter('private', (id) => (id === 'private' ? null : 'good'));
  const room = also('public');
  await isJoined(room);
  await until('the other is over', () => out.getStatus() === 'disconnected');
  expect(errors.map(({ code, retry }) => [code, retry])).toEqual([['token', 'never']]);
  expect(gate.tokens).toEqual(['good']);
});

it('without a provider a server that wants tokens is told apart from one that is away', async () => {
  gate.refuse(4100);
  const room = enter('plan', undefined);
  await until('it is over', () => room.getStatus() === 'disconnected');
  expect(errors.map(({ code, retry }) => [code, retry])).toEqual([
    ['closed', 'never'],
    ['token', 'never'],
  ]);
  expect(errors[1]).toBeInstanceOf(MoteError);
  expect(errors[1]?.message).toContain('give createClient a token provider');
});

it('a room that is left while its token is on the way is not joined', async () => {
  const bring: ((token: string) => void)[] = [];
  const room = enter('slow', () => new Promise((resolve) => bring.push(resolve)));
  await until('it is asked', () => bring.length === 1);
  client.close();
  bring[0]?.('late');
  const next = also('slow');
  expect(next).not.toBe(room);
  await until('it is asked again', () => bring.length === 2);
  bring[1]?.('fresh');
  await isJoined(next);
  expect(gate.tokens).toEqual(['fresh']);
});
