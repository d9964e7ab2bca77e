/** Tokens made by this package, checked by the real server: in, renewed, over, refused. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, createClient, type MoteError, type Room, type TokenProvider } from '../dist/index.js';
import { createToken, type Right, type TokenOptions } from '../dist/server.js';
import { renewAfter_ms } from '../src/token.js';
import { Server, until } from './support/server.js';

const secret = '0123456789abcdef0123456789abcdef';
const all: Right[] = ['read', 'presence', 'event'];
const hour_s = 3_600;

let server: Server;
const clients: Client[] = [];
const errors: MoteError[] = [];

beforeAll(async () => {
  const rules = ['--auth-issuer', 'https://app.example', '--auth-audience', 'mote'];
  server = await Server.start('--auth-secret', secret, '--auth-leeway', '0s', ...rules);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  errors.length = 0;
});
afterAll(() => server.kill());

function token(options: Partial<TokenOptions> = {}): Promise<string> {
  const made = { secret, issuer: 'https://app.example', audience: 'mote', account: 'user-1' };
  return createToken({ ...made, rooms: { 'board-*': all }, ...options } as TokenOptions);
}

function enter(id: string, provider: TokenProvider | undefined, name?: string): Room {
  const client = createClient({ url: server.url, WebSocket, ...(provider && { token: provider }) });
  clients.push(client);
  const { room } = client.enterRoom(id, name === undefined ? {} : { name });
  room.subscribe('error', (error) => errors.push(error));
  return room;
}

const isJoined = (room: Room) => until(`${room.id} is joined`, () => room.getStatus() === 'connected');
const isOver = (room: Room) => until(`${room.id} is over`, () => room.getStatus() === 'disconnected');

it('who has a token is who it says, whatever the page says', async () => {
  const room = enter('board-1', () => token({ name: 'Zoë 🦊', color: '#010203' }), 'Root');
  await isJoined(room);
  const { account, name, color } = room.getSelf() ?? {};
  expect({ account, name, color }).toEqual({ account: 'user-1', name: 'Zoë 🦊', color: '#010203' });
  expect(errors).toEqual([]);
});

it.each([
  ['for another room', () => token({ rooms: { other: all } }), 4103],
  ['by another secret', () => token({ secret: 'fedcba9876543210fedcba9876543210' }), 4100],
  ['of another issuer', () => token({ issuer: 'https://evil.example' }), 4100],
  ['for another audience', () => token({ audience: 'billing' }), 4100],
  ['of nonsense', () => 'nonsense', 4100],
] as [string, TokenProvider, number][])('a token %s lets nobody in, and a good one does', async (_, bad, code) => {
  let asked = 0;
  const room = enter('board-1', (id) => ((asked += 1) === 1 ? bad(id) : token()));
  await isJoined(room);
  expect(errors.map(({ closeCode, retry }) => [closeCode, retry])).toEqual([[code, 'automatic']]);
});

it('without a token provider a room is refused for good', async () => {
  const room = enter('board-1', undefined);
  await isOver(room);
  expect(errors.map(({ code, retry }) => [code, retry])).toEqual([
    ['closed', 'never'],
    ['token', 'never'],
  ]);
});

it('a room that may not be entered keeps the other rooms of its client open', async () => {
  const secretRoom = enter('secret', () => token());
  const board = (clients[0] as Client).enterRoom('board-1').room;
  await isJoined(board);
  await isOver(secretRoom);
  expect(board.getStatus()).toBe('connected');
});

it('who may only read sees the others and is not seen, and is told what is not allowed', async () => {
  const ada = enter('board-1', () => token({ account: 'ada' }));
  await isJoined(ada);
  const reader = enter('board-1', () => token({ account: 'eve', rooms: { 'board-1': ['read'] } }));
  await isJoined(reader);
  await until('Ada is seen', () => reader.getOthers().some(({ account }) => account === 'ada'));
  reader.broadcastEvent({ type: 'wave' });
  await until('it is refused', () => errors.length > 0);
  expect(errors.map(({ code }) => code)).toEqual(['rejected']);
  expect(ada.getOthers()).toEqual([]);
});

it('a token that ends is renewed without anybody noticing', async () => {
  const bob = enter('board-1', () => token({ account: 'bob' }));
  await isJoined(bob);
  let asked = 0;
  const statuses: string[] = [];
  const left: unknown[] = [];
  const ada = enter('board-1', () => token({ account: 'ada', expiresIn_s: (asked += 1) < 4 ? 2 : hour_s }));
  await isJoined(ada);
  await until('Ada is seen', () => bob.getOthers().length === 1);
  ada.subscribe('status', (status) => statuses.push(status));
  bob.subscribe('others', (_, change) => left.push(...change.left));
  // The first three end within seconds; what the third was given ends too, but for the fourth.
  await until('the fourth is there', () => asked === 4);
  const made_ms = Date.now();
  await until('the third has ended', () => Date.now() > made_ms + 2_500);
  const heard: unknown[] = [];
  bob.subscribe('event', (event) => heard.push(event));
  ada.broadcastEvent({ type: 'still here' });
  await until('she is heard', () => heard.length === 1);
  expect({ statuses, left, errors }).toEqual({ statuses: [], left: [], errors: [] });
  expect(asked).toBe(4);
});

it('who is late with a new token comes back on the same seat, and nobody saw them go', async () => {
  const bob = enter('board-1', () => token({ account: 'bob' }));
  await isJoined(bob);
  const left: unknown[] = [];
  let asked = 0;
  let bring = (_: string): void => undefined;
  const ada = enter('board-1', () => {
    asked += 1;
    if (asked === 1) return token({ account: 'ada', expiresIn_s: 1 });
    return new Promise<string>((resolve) => (bring = resolve));
  });
  await isJoined(ada);
  const id = ada.getSelf()?.connectionId;
  await until('Ada is seen', () => bob.getOthers().length === 1);
  bob.subscribe('others', (_, change) => left.push(...change.left));
  await until('her time is over', () => ada.getStatus() === 'reconnecting');
  await until('she is asked again', () => asked >= 2);
  bring(await token({ account: 'ada' }));
  await isJoined(ada);
  expect(ada.getSelf()?.connectionId).toBe(id);
  expect(left).toEqual([]);
  const closed = errors.filter(({ code }) => code === 'closed');
  expect(closed.map(({ closeCode, retry }) => [closeCode, retry])).toEqual([[4101, 'automatic']]);
});

it('a provider that has no new token ends the room', async () => {
  let asked = 0;
  const room = enter('board-1', () => ((asked += 1) === 1 ? token({ expiresIn_s: 1 }) : null));
  await isJoined(room);
  await isOver(room);
  expect(errors.map(({ code, retry }) => [code, retry])).toEqual([['token', 'never']]);
});

it('the next token is asked for halfway to the end of this one', () => {
  const now_ms = 1_800_000_000_000;
  const now_s = now_ms / 1_000;
  const jwt = (claims: object) => `h.${btoa(JSON.stringify(claims)).replace(/=+$/, '')}.s`;
  const after_s = (claims: object) => renewAfter_ms(jwt(claims), now_ms) / 1_000;
  expect(after_s({ exp: now_s + hour_s, name: '???>>>' })).toBe(hour_s / 2);
  expect(after_s({ exp: now_s + 2 })).toBe(1);
  // A timer that waits for longer than it can ends at once.
  expect(after_s({ exp: now_s + 400 * 86_400 }) * 1_000).toBeLessThan(2 ** 31);
  for (const claims of [{}, { exp: 'soon' }, { exp: null }, { exp: now_s }, { exp: now_s - 9 }]) {
    expect(after_s(claims) > 0, JSON.stringify(claims)).toBe(false);
  }
  for (const text of [null, '', 'opaque', 'a.b.c', 'a.bnVsbA.c']) {
    expect(renewAfter_ms(text, now_ms)).toBe(0);
  }
});
