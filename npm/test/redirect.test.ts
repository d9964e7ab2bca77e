/** A server that sends a room elsewhere: the client goes there, if it is as safe, or asks to stay. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, createClient, type MoteError, type Room } from '../dist/index.js';
import { checkRedirect } from '../src/validate.js';
import { Gate } from './support/gate.js';
import { Server, until } from './support/server.js';

let server: Server;
let front: Gate;
let owner: Gate;
const clients: Client[] = [];
const errors: MoteError[] = [];

beforeAll(async () => {
  server = await Server.start();
});
beforeEach(async () => {
  front = await Gate.open(server.url);
  owner = await Gate.open(server.url);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all([front.close(), owner.close()]);
  errors.length = 0;
});
afterAll(() => server.kill());

function connect(url = front.url): Client {
  const client = createClient({ url, WebSocket });
  clients.push(client);
  return client;
}

function enter(client: Client, id: string): Room {
  const { room } = client.enterRoom(id);
  room.subscribe('error', (error) => errors.push(error));
  return room;
}

const isJoined = (room: Room) => until(`${room.id} is joined`, () => room.getStatus() === 'connected');

it('a room is entered where the server sends it, and the application notices nothing', async () => {
  front.redirect(owner.url);
  const room = enter(connect(), 'moved');
  const heard: string[] = [];
  room.subscribe('status', (status) => heard.push(status));
  room.updatePresence({ tool: 'pen' });
  await isJoined(room);
  expect(heard).toEqual(['connected']);
  expect([front.paths, owner.paths]).toEqual([['/ws'], ['/ws']]);
  const bystander = enter(connect(server.url), 'moved');
  await until('they meet', () => bystander.getOthers()[0]?.presence['tool'] === 'pen');
  expect(errors).toEqual([]);
});

it('a room that moves keeps its seat: the others see nobody leave', async () => {
  const room = enter(connect(), 'moves');
  const bystander = enter(connect(server.url), 'moves');
  await until('they meet', () => bystander.getOthers().length === 1);
  const changes: unknown[] = [];
  bystander.subscribe('others', (others) => changes.push(others));
  front.redirect(owner.url);
  front.cut();
  await until('it is at the owner', () => owner.paths.length === 1);
  await isJoined(room);
  bystander.broadcastEvent({ type: 'hello' });
  await new Promise((heard) => room.subscribe('event', heard));
  expect(changes).toEqual([]);
});

it.each([
  ['of another kind', 'ftp://127.0.0.1/ws'],
  ['where nobody listens', 'ws://127.0.0.1:9/ws'],
  ['within the page', '/ws'],
])('an address %s is not gone to: the server is asked for no redirect', async (_, url) => {
  front.redirect(url);
  const room = enter(connect(`${front.url}?team=7`), `not ${url}`);
  await isJoined(room);
  expect(front.paths).toEqual(['/ws?team=7', '/ws?team=7&proxy=1']);
});

it('a client in several rooms stays in all of them over one socket', async () => {
  front.redirect(owner.url);
  const client = connect();
  const rooms = ['one', 'two'].map((id) => enter(client, id));
  await Promise.all(rooms.map(isJoined));
  expect(front.paths).toEqual(['/ws', '/ws?proxy=1']);
  expect(owner.paths).toEqual([]);
});

it('an address is as safe as the own one, whatever is written in it', () => {
  const [safe, plain] = ['wss://a.example/ws', 'ws://a.example/ws'];
  for (const to of ['wss://b/ws', 'https://b/ws', 'WSS://b/ws']) {
    expect(checkRedirect(to, safe)).toBe('wss://b/ws');
    expect(checkRedirect(to, plain)).toBe('wss://b/ws');
  }
  for (const to of ['ws://b/ws', 'http://b/ws']) {
    expect(checkRedirect(to, plain)).toBe('ws://b/ws');
    expect(() => checkRedirect(to, safe)).toThrow('is not safe');
  }
  for (const to of ['javascript:1', 'file:///etc', '//b/ws', './ws', '', 'wss://', 'wss:b', ' wss://b']) {
    for (const own of [safe, plain]) expect(() => checkRedirect(to, own)).toThrow(TypeError);
  }
});
