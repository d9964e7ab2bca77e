/** The client of a page, with a core in memory. */
import { ClientImpl } from '../client.js';
import { CURSOR_HZ, LOST_CONNECTION_MS } from '../limits.js';
import type { Hooks, Instance } from '../load.js';
import { describe } from '../must.js';
import { checkRoomId } from '../validate.js';
import { type Line, TestCore } from './core.js';
import type { TestServer } from './server.js';

export class TestClientImpl extends ClientImpl {
  readonly #line: Line;

  constructor(server: TestServer) {
    const memory = { buffer: new ArrayBuffer() };
    const line: Line = { server, memory, isCut: false, core: null };
    const getInstance = async ({ wake }: Hooks): Promise<Instance> => {
      const { command } = new TestCore(line, wake);
      return { core: command, memory, open: () => {} };
    };
    super({
      url: 'ws://mote.test/ws',
      cursorHz: CURSOR_HZ,
      lostConnectionMs: LOST_CONNECTION_MS,
      WebSocket: class {},
      token: undefined,
      getInstance,
      clock: server.clock,
    });
    this.#line = line;
  }

  goOffline(): void {
    this.#line.isCut = true;
    this.#line.core?.lineChanged();
  }

  goOnline(): void {
    this.#line.isCut = false;
    this.#line.core?.lineChanged();
  }

  kick(roomId: string, reason = 'removed by the test'): void {
    checkRoomId(roomId);
    if (this.#line.core?.kick(roomId, reason)) return;
    throw new Error(
      `kick: this client is not in the room "${roomId}" (yet?): ` +
        'enter it and await world.settle() first',
    );
  }

  end(code = 4000, reason = 'ended by the test'): void {
    if (!Number.isInteger(code) || code < 4000 || code > 4099) {
      throw new RangeError(
        `end takes a close code from 4000 to 4099, which end a connection for good, ` +
          `not ${describe(code)}; for a loss that is made good, use goOffline and goOnline`,
      );
    }
    if (this.getStatus() !== 'connected') {
      throw new Error('end: this client is not connected: await world.settle() first');
    }
    this.#line.core?.end(code, reason);
  }
}
