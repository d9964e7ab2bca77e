/**
 * A core that talks to rooms in memory: to the facade it looks like the wasm, so everything above
 * it is what runs in a page.
 */
import type { Core, Tag } from '../core.js';
import { ROOMS_MAX } from '../limits.js';
import { encode } from '../presence.js';
import { Kind, RETRIES } from '../records.js';
import { Member } from './member.js';
import { type Draft, Waiting } from './records.js';
import type { TestServer } from './server.js';

const STATUSES = { initial: 0, connecting: 1, connected: 2, reconnecting: 3, disconnected: 4 };

/** What a client and its core share, core after core. */
export interface Line {
  readonly server: TestServer;
  /** Where a core puts what is read; anew each time. */
  readonly memory: { buffer: ArrayBuffer };
  isCut: boolean;
  core: TestCore | null;
}

export class TestCore implements Core {
  readonly #line: Line;
  readonly #wake: () => void;
  readonly #waiting = new Waiting();
  /** By channel. */
  readonly #members = new Map<number, Member>();
  #connection: 'idle' | 'connecting' | 'open' | 'waiting' | 'stopped' = 'idle';
  #hasOpened = false;
  #told: keyof typeof STATUSES = 'initial';

  constructor(line: Line, wake: () => void) {
    this.#line = line;
    this.#wake = wake;
    line.core = this;
  }

  // What the facade calls.

  enterRoom(
    roomId: string,
    name: string | undefined,
    color: number | undefined,
    _resume: Uint8Array | undefined,
    isObserver: boolean,
  ): number | undefined {
    const channels = Array.from({ length: ROOMS_MAX }, (_, i) => i);
    const channel = channels.find((i) => this.#members.get(i)?.isOver !== false);
    if (channel === undefined) return undefined;
    this.#waiting.forget(channel);
    const put = (draft: Draft) => this.#put(channel, draft);
    const member = new Member({ roomId, name, color, isObserver }, put);
    this.#members.set(channel, member);
    if (this.#connection === 'open') this.#line.server.clock.soon(() => this.#join(member));
    else if (this.#connection === 'idle' || this.#connection === 'stopped') this.#connect();
    return channel;
  }

  leaveRoom(channel: number): void {
    this.#members.get(channel)?.leave();
    this.#members.delete(channel);
    this.#waiting.forget(channel);
  }

  /** Nobody is asked for a token here. */
  setToken(): void {}

  updateCursor(channel: number, x: number, y: number): void {
    this.#members.get(channel)?.updateCursor(x, y);
  }

  setField(channel: number, tag: Tag, body: Uint8Array): boolean {
    this.#members.get(channel)?.setField(tag, body);
    return true;
  }

  updateCustom(channel: number, patch: string, whole: string): boolean {
    this.#members.get(channel)?.updateCustom(patch, whole);
    return true;
  }

  broadcastEvent(channel: number, name: string, payload: Uint8Array): boolean {
    this.#members.get(channel)?.broadcast({ name, payload });
    return true;
  }

  reconnectNow(): void {
    if (this.#connection === 'waiting') this.#connect();
  }

  /** Only a hint of the page: the line is cut when the test says so. */
  setOffline(): void {}

  close(): void {
    for (const channel of [...this.#members.keys()]) this.leaveRoom(channel);
    this.#connection = 'idle';
    if (this.#line.core === this) this.#line.core = null;
  }

  free(): void {}

  poll(): number {
    const bytes = this.#waiting.take();
    this.#line.memory.buffer = bytes.buffer;
    return bytes.length;
  }

  records(): number {
    return 0;
  }

  collectCursors(channel: number): number {
    const floats = Float32Array.from(this.#members.get(channel)?.collectCursors() ?? []);
    this.#line.memory.buffer = floats.buffer;
    return floats.length;
  }

  /** In place at once: a world whose time stands still has no curves. */
  animateCursors(channel: number): number {
    return this.collectCursors(channel);
  }

  cursors(): number {
    return 0;
  }

  // What the test does.

  /** The line was cut, or is whole again. */
  lineChanged(): void {
    if (!this.#line.isCut) this.reconnectNow();
    else if (this.#connection === 'open' || this.#connection === 'connecting') this.end(1006);
  }

  /** The server removes the person from a room; whether they were in it. */
  kick(roomId: string, reason: string): boolean {
    const members = [...this.#members.values()];
    const member = members.find(({ entry, isIn }) => isIn && entry.roomId === roomId);
    if (!member) return false;
    member.leave();
    member.tell({ kind: Kind.KICKED, body: encode(reason) });
    const isOnly = members.every(({ isOver }) => isOver);
    if (isOnly) this.end(4004, 'kicked from the only room of this socket');
    return true;
  }

  /** The connection ends; from 4000 to 4099 for good. */
  end(code: number, reason = ''): void {
    const isOver = code >= 4000 && code < 4100;
    const number = RETRIES.indexOf(isOver ? 'stop' : 'normal');
    this.#put(null, { kind: Kind.CLOSED, small: code, number, body: encode(reason) });
    for (const member of this.#members.values()) {
      member.lose();
      member.isOver ||= isOver;
    }
    this.#connection = isOver ? 'stopped' : 'waiting';
    this.#hasOpened &&= !isOver;
    this.#tellStatus();
  }

  // The connection.

  #connect(): void {
    this.#connection = 'connecting';
    this.#tellStatus();
    this.#line.server.clock.soon(() => {
      if (this.#connection !== 'connecting') return;
      if (this.#line.isCut) {
        this.end(1006);
        return;
      }
      this.#connection = 'open';
      this.#hasOpened = true;
      this.#tellStatus();
      for (const member of this.#members.values()) this.#join(member);
    });
  }

  #join(member: Member): void {
    const { clock } = this.#line.server;
    if (this.#connection !== 'open' || member.isIn || member.isOver) return;
    const room = this.#line.server.room(member.entry.roomId);
    if (room.isOpenFor(member)) {
      member.join(room);
      // A journey later, as over a network: others hear of somebody, then what they are like.
      clock.soon(() => member.sayOwn());
    } else if ([...this.#members.values()].some(({ isIn }) => isIn)) {
      member.isOver = true;
      member.tell({ kind: Kind.ROOM_REFUSED, body: encode('the room is full') });
    } else {
      this.end(4005, 'the room is full');
    }
  }

  #tellStatus(): void {
    const status = this.#status();
    if (status === this.#told) return;
    this.#told = status;
    this.#put(null, { kind: Kind.STATUS, small: STATUSES[status] });
  }

  #status(): keyof typeof STATUSES {
    if (this.#connection === 'idle') return 'initial';
    if (this.#connection === 'open') return 'connected';
    if (this.#connection === 'stopped') return 'disconnected';
    return this.#hasOpened ? 'reconnecting' : 'connecting';
  }

  #put(channel: number | null, draft: Draft): void {
    this.#waiting.put(channel, draft);
    this.#wake();
  }
}
