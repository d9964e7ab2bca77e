/** Making a client. */
import { ClientImpl } from './client.js';
import { pageClock } from './clock.js';
import { CURSOR_HZ, LOST_CONNECTION_MS } from './limits.js';
import { getInstance } from './load.js';
import type {
  Client,
  ClientOptions,
  DefaultPresence,
  DefaultRoomEvent,
  WebSocketConstructor,
} from './types.js';
import { checkFunction, checkNumber, checkObject, checkUrl, isRelative } from './validate.js';

/**
 * Makes a client of the server at `url`. It does nothing until a room is entered, so it can be
 * called anywhere, also while a server renders. Throws a `TypeError` for options that cannot work.
 */
export function createClient<P extends object = DefaultPresence, E = DefaultRoomEvent>(
  options: ClientOptions,
): Client<P, E> {
  checkObject(options, "createClient's options", '{ url: "wss://example.com/ws" }');
  const {
    url,
    cursorRate = CURSOR_HZ,
    WebSocket: given,
    token,
    lostConnectionTimeout = LOST_CONNECTION_MS,
  } = options;
  if (token !== undefined) checkFunction(token, 'token');
  if (given !== undefined) checkFunction(given, 'WebSocket');
  const hasPage = typeof window !== 'undefined';
  const native = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  const WebSocket = given ?? (hasPage ? native : undefined);
  const client = new ClientImpl({
    // Where a server renders, an address relative to the page has no page yet.
    url: WebSocket === undefined && isRelative(url) ? url : checkUrl(url),
    cursorHz: Math.round(checkNumber(cursorRate, 'cursorRate', 1, 120)),
    lostConnectionMs: checkNumber(
      lostConnectionTimeout,
      'lostConnectionTimeout',
      0,
      2 ** 31 - 1,
    ),
    WebSocket,
    getInstance,
    clock: pageClock,
    token,
  });
  return client as unknown as Client<P, E>;
}
