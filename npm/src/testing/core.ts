/**
 * A core that talks to rooms in memory: to the facade it looks like the wasm, so everything above
 * it is what runs in a page.
 */
import { Command, type Core } from '../core.js';
import { ROOMS_MAX } from '../limits.js';
import { encode } from '../presence.js';
import { Kind, Retry } from '../records.js';
import { type Entry, Member } from './member.js';
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

export class TestCore {
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

  /** Nobody is asked for a token here, and that a page is offline is only a hint. */
  readonly command: Core = (command, number = 0, parts = [], x = 0, y = 0) => {
    const member = this.#members.get(number);
    const [first = '', second = ''] = parts;
    switch (command) {
      case Command.ENTER:
      case Command.OBSERVE: {
        const looks = {
          name: (second as string) || undefined,
          color: number < 0 ? undefined : number,
        };
        const isObserver = command === Command.OBSERVE;
        return this.#enter({ roomId: first as string, ...looks, isObserver });
      }
      case Command.RECONNECT:
        this.#reconnect();
        break;
      case Command.POLL:
        return this.#answer(this.#waiting.take());
      case Command.LEAVE:
        this.#leave(number);
        break;
      case Command.CURSOR:
        member?.updateCursor(x, y);
        break;
      case Command.FIELD:
        member?.setField(x, first as Uint8Array);
        break;
      case Command.CUSTOM:
        member?.updateCustom(first as string, second as string);
        break;
      case Command.EVENT:
        member?.broadcast({ name: first as string, payload: second as Uint8Array });
        break;
      case Command.COLLECT_CURSORS:
      // In place at once: a world whose time stands still has no curves.
      case Command.ANIMATE_CURSORS: {
        const numbers = member?.collectCursors() ?? [];
        return this.#answer(Float32Array.of(numbers.length, ...numbers));
      }
    }
    return 0;
  };

  #enter(entry: Entry): number {
    const channels = Array.from({ length: ROOMS_MAX }, (_, i) => i);
    const channel = channels.find((i) => this.#members.get(i)?.isOver !== false);
    if (channel === undefined) return -1;
    this.#waiting.forget(channel);
    const member = new Member(entry, (draft) => this.#put(channel, draft));
    this.#members.set(channel, member);
    if (this.#connection === 'open') this.#line.server.clock.soon(() => this.#join(member));
    else if (this.#connection === 'idle' || this.#connection === 'stopped') this.#connect();
    return channel;
  }

  #leave(channel: number): void {
    this.#members.get(channel)?.leave();
    this.#members.delete(channel);
    this.#waiting.forget(channel);
    if (this.#members.size === 0) this.#connection = 'idle';
  }

  #reconnect(): void {
    if (this.#connection === 'waiting') this.#connect();
  }

  /** Puts something into memory; where it begins, which is never 0. */
  #answer({ buffer }: Uint8Array | Float32Array): number {
    const place = 4;
    const memory = new Uint8Array(place + buffer.byteLength);
    memory.set(new Uint8Array(buffer), place);
    this.#line.memory.buffer = memory.buffer;
    return place;
  }

  // What the test does.

  /** The line was cut, or is whole again. */
  lineChanged(): void {
    if (!this.#line.isCut) this.#reconnect();
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
    const number = isOver ? Retry.STOP : Retry.NORMAL;
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
