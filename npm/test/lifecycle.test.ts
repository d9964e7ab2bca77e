// @vitest-environment jsdom
/** What the page is told by the browser ends a wait for the next attempt. */
import { expect, it } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { createClient } from '../dist/index.js';
import { Server, until } from './support/server.js';

const SIGNS: [name: string, target: () => EventTarget][] = [
  ['focus', () => window],
  ['online', () => window],
  ['visibilitychange', () => document],
  ['resume', () => document],
];

it.each(SIGNS)('on "%s" a lost connection is tried again at once', async (name, target) => {
  const server = await Server.start();
  const sockets: NodeWebSocket[] = [];
  class WebSocket extends NodeWebSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(this);
    }
  }
  const client = createClient({ url: server.url, WebSocket });
  const { room } = client.enterRoom('plan');
  room.subscribe('error', () => {});
  await until('it is joined', () => room.getStatus() === 'connected');
  await server.kill();
  const isWaiting = () =>
    sockets.length > 1 && sockets.every(({ readyState }) => readyState === WebSocket.CLOSED);
  await until('an attempt failed', isWaiting);
  const attempts = sockets.length;
  target().dispatchEvent(new Event(name));
  expect(sockets).toHaveLength(attempts + 1);
  client.close();
});
