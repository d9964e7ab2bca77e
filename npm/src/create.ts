/** Making a client. */
import { ClientImpl } from './client.js';
import { pageClock } from './clock.js';
import { CURSOR_HZ, LOST_CONNECTION_MS } from './limits.js';
import { getInstance } from './load.js';
import { describe } from './presence.js';
import type {
  Client,
  ClientOptions,
  DefaultPresence,
  DefaultRoomEvent,
  WebSocketConstructor,
} from './types.js';
import { checkNumber, checkUrl, isRelative } from './validate.js';

/**
 * Makes a client of the server at `url`. It does nothing until a room is entered, so it can be
 * called anywhere, also while a server renders. Throws a `TypeError` for options that cannot work.
 */
export function createClient<P extends object = DefaultPresence, E = DefaultRoomEvent>(
  options: ClientOptions,
): Client<P, E> {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `createClient takes options like { url: "wss://…/ws" }, not ${describe(options)}`,
    );
  }
  const { url, cursorRate, WebSocket: given, token, lostConnectionTimeout } = options;
  if (token !== undefined && typeof token !== 'function') {
    throw new TypeError(
      `token must be a function that brings a token for a room, not ${describe(token)}`,
    );
  }
  if (given !== undefined && typeof given !== 'function') {
    throw new TypeError(
      `WebSocket must be a class, like the one of the package "ws", not ${describe(given)}`,
    );
  }
  const hasPage = typeof window !== 'undefined';
  const native = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  const WebSocket = given ?? (hasPage ? native : undefined);
  const client = new ClientImpl({
    // Where a server renders, an address relative to the page has no page yet.
    url: WebSocket === undefined && isRelative(url) ? url : checkUrl(url),
    cursorHz: Math.round(checkNumber(cursorRate, 'cursorRate', 'Hz', 1, 120, CURSOR_HZ)),
    lostConnectionMs: checkNumber(
      lostConnectionTimeout,
      'lostConnectionTimeout',
      'ms',
      0,
      2 ** 31 - 1,
      LOST_CONNECTION_MS,
    ),
    WebSocket,
    getInstance,
    clock: pageClock,
    token,
  });
  return client as unknown as Client<P, E>;
}
