/** People of a test: components in this page, and others elsewhere, on the real server. */
import { createClient, type Client, type Room } from '@mote/presence';
import type { ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { Server, until } from '../support/server.js';

export { until };

type AnyPresence = { [key: string]: any };

let server: Server;
let rooms = 0;
const ends: (() => void)[] = [];

beforeAll(async () => {
  server = await Server.start();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(() => server.kill());

/** Sockets that this page opened. */
export class PageSocket extends NodeWebSocket {
  static opened: PageSocket[] = [];

  constructor(url: string, protocols?: string | string[]) {
    super(url, protocols);
    PageSocket.opened.push(this);
  }
}

/** A room that no other test uses. */
export const newRoom = () => `room ${(rooms += 1)}`;

/** The server's address. */
export const url = () => server.url;

/** A client for this page's components. */
export function pageClient(): Client<AnyPresence> {
  PageSocket.opened = [];
  const client = createClient<AnyPresence>({ url: server.url, WebSocket: PageSocket });
  ends.push(() => client.close());
  return client;
}

/** Somebody else in the room, who sees what the server tells. */
export class Other {
  readonly room: Room<AnyPresence, { type: string; [key: string]: any }>;
  joined = 0;
  left = 0;

  constructor(id: string, name = 'Other', observer = false) {
    const client = createClient<AnyPresence, any>({ url: server.url, WebSocket: NodeWebSocket });
    this.room = client.enterRoom(id, { name, observer }).room;
    this.room.subscribe('others', (_, change) => {
      this.joined += change.joined.length;
      this.left += change.left.length;
    });
    ends.push(() => client.close());
  }

  static async in(id: string, name?: string, observer?: boolean): Promise<Other> {
    const other = new Other(id, name, observer);
    await until('the other is there', () => other.room.getStatus() === 'connected');
    return other;
  }
}

/** Renders into a page; it is unmounted after the test, if not before. */
export function render(element: ReactNode): { root: Root; text: () => string; node: HTMLElement } {
  const node = document.body.appendChild(document.createElement('div'));
  const root = createRoot(node);
  root.render(element);
  ends.push(() => {
    root.unmount();
    node.remove();
  });
  return { root, text: () => node.textContent ?? '', node };
}
