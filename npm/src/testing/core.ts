/**
 * A core that talks to rooms in memory: to the facade it looks like the wasm, so everything above
 * it is what runs in a page.
 */
import type { Core, Tag } from '../core.js';
import { ROOMS_MAX } from '../limits.js';
import { byteLength, encode } from '../presence.js';
import { Kind, RETRIES } from '../records.js';
import { STATE_BYTES_MAX } from './limits.js';
import { Member } from './member.js';
import { type Draft, Waiting } from './records.js';
import type { TestRoom } from './room.js';
import { fieldChange, rounded } from './seat.js';
import type { TestServer } from './server.js';

const CUSTOM = 5;
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
  readonly #members = new Map<number, Member>();
  /** The bytes of each field of each room's own state, for its limit. */
  readonly #sizes = new Map<Member, Map<number, number>>();
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
    const channel = Array.from({ length: ROOMS_MAX }, (_, i) => i).find((i) => {
      const member = this.#members.get(i);
      return !member || member.stage === 'ended';
    });
    if (channel === undefined) return undefined;
    this.#waiting.forget(channel);
    const put = (draft: Draft) => this.#put(channel, draft);
    const member = new Member({ roomId, name, color }, isObserver, put);
    this.#members.set(channel, member);
    if (this.#connection === 'open') this.#joinSoon(member);
    else if (this.#connection !== 'connecting' && this.#connection !== 'waiting') this.#connect();
    return channel;
  }

  leaveRoom(channel: number): void {
    const member = this.#members.get(channel);
    this.#members.delete(channel);
    this.#waiting.forget(channel);
    if (member) this.#give(member);
  }

  updateCursor(channel: number, x: number, y: number): void {
    const member = this.#live(channel);
    if (!member || member.isObserver) return;
    member.cursor = rounded(x, y);
    this.#roomOf(member)?.move(member, member.cursor);
  }

  setField(channel: number, tag: Tag, body: Uint8Array): boolean {
    const member = this.#live(channel);
    if (!member) return true;
    if (!this.#fits(member, tag, body.length)) return false;
    const change = fieldChange(tag, body);
    if (change.surface !== undefined && change.surface !== member.own.surface) member.cursor = null;
    member.own = { ...member.own, ...change };
    this.#roomOf(member)?.say(member, { ...member.own });
    return true;
  }

  updateCustom(channel: number, patch: string, whole: string): boolean {
    const member = this.#live(channel);
    if (!member) return true;
    if (!this.#fits(member, CUSTOM, byteLength(whole))) return false;
    member.own = { ...member.own, custom: whole };
    this.#roomOf(member)?.say(member, member.own, { json: patch, isWhole: false });
    return true;
  }

  broadcastEvent(channel: number, name: string, payload: Uint8Array): boolean {
    const member = this.#live(channel);
    if (!member) return true;
    if (member.isObserver) {
      const body = encode('an observer has no seat to send events from');
      member.tell({ kind: Kind.ERROR, body });
    } else if (member.stage === 'joined') {
      this.#roomOf(member)?.broadcast(member, { name, payload });
    } else member.keep({ name, payload });
    return true;
  }

  reconnectNow(): void {
    if (this.#connection === 'waiting') this.#connect();
  }

  /** Only a hint of the page: the line is cut when the test says so. */
  setOffline(): void {}

  close(): void {
    for (const member of this.#members.values()) this.#give(member);
    this.#members.clear();
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
    const member = this.#members.get(channel);
    if (!member) return 0;
    member.isMovedTold = false;
    const seats = this.#roomOf(member)?.seats ?? member.known;
    const own = member.seat?.id;
    const shown = seats.filter(({ id, state }) => id !== own && !state.isHidden);
    const floats = Float32Array.from(
      shown.flatMap(({ id, cursor }) => (cursor ? [id, cursor.x, cursor.y] : [])),
    );
    this.#line.memory.buffer = floats.buffer;
    return floats.length;
  }

  cursors(): number {
    return 0;
  }

  // What the test does.

  /** The line was cut, or is whole again. */
  lineChanged(): void {
    if (!this.#line.isCut) this.reconnectNow();
    else if (this.#connection === 'open' || this.#connection === 'connecting') this.#lose(1006);
  }

  /** The server removes the person from a room; whether they are in it. */
  kick(roomId: string, reason: string): boolean {
    const found = [...this.#members.values()].find((member) => member.roomId === roomId);
    if (found?.stage !== 'joined') return false;
    this.#give(found);
    found.stage = 'ended';
    found.tell({ kind: Kind.KICKED, body: encode(reason) });
    const isOnly = [...this.#members.values()].every(({ stage }) => stage === 'ended');
    if (isOnly) this.#lose(4004, 'kicked from the only room of this socket');
    return true;
  }

  /** The server closes the connection. */
  end(code: number, reason: string): void {
    this.#lose(code, reason);
  }

  // The connection.

  #connect(): void {
    this.#connection = 'connecting';
    this.#tellStatus();
    this.#line.server.clock.soon(() => {
      if (this.#connection !== 'connecting') return;
      if (this.#line.isCut) {
        this.#lose(1006);
        return;
      }
      this.#connection = 'open';
      this.#hasOpened = true;
      this.#tellStatus();
      for (const member of this.#members.values()) this.#join(member);
    });
  }

  #joinSoon(member: Member): void {
    this.#line.server.clock.soon(() => {
      if (this.#connection === 'open') this.#join(member);
    });
  }

  #join(member: Member): void {
    if (member.stage !== 'away' || ![...this.#members.values()].includes(member)) return;
    const room = this.#line.server.room(member.roomId);
    if (!room.isOpenFor(member)) {
      const others = [...this.#members.values()].filter((other) => other !== member);
      if (others.some(({ stage }) => stage === 'joined')) {
        member.stage = 'ended';
        member.tell({ kind: Kind.ROOM_REFUSED, body: encode('the room is full') });
      } else this.#lose(4005, 'the room is full');
      return;
    }
    room.join(member);
    // One journey later, as over a network: the others hear of somebody, then what they are like.
    this.#line.server.clock.soon(() => this.#sayOwn(member, room));
  }

  /** Tells the room what it does not know of a person who joined. */
  #sayOwn(member: Member, room: TestRoom): void {
    if (member.stage !== 'joined') return;
    const { own, seat, cursor } = member;
    const isOther = seat && seat.state.custom !== own.custom;
    room.say(member, own, isOther ? { json: own.custom, isWhole: true } : undefined);
    for (const message of member.takeKept()) room.broadcast(member, message);
    if (cursor) room.move(member, cursor);
  }

  #lose(code: number, reason = ''): void {
    const isOver = code >= 4000 && code < 4100;
    const number = RETRIES.indexOf(isOver ? 'stop' : 'normal');
    this.#put(null, { kind: Kind.CLOSED, small: code, number, body: encode(reason) });
    for (const member of this.#members.values()) {
      if (member.stage === 'joined') {
        this.#roomOf(member)?.lose(member);
        member.tell({ kind: Kind.ROOM_LOST });
        member.stage = 'away';
      }
      if (isOver) member.stage = 'ended';
    }
    this.#connection = isOver ? 'stopped' : 'waiting';
    if (isOver) this.#hasOpened = false;
    this.#tellStatus();
  }

  /** Leaves a room, on the server only. */
  #give(member: Member): void {
    this.#roomOf(member)?.leave(member);
    member.stage = 'ended';
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

  #live(channel: number): Member | undefined {
    const member = this.#members.get(channel);
    return member?.stage === 'ended' ? undefined : member;
  }

  /** The room that somebody is in. */
  #roomOf(member: Member): TestRoom | undefined {
    return member.stage === 'joined' ? this.#line.server.room(member.roomId) : undefined;
  }

  /** Whether the state with this field is within its limit; notes it when it is. */
  #fits(member: Member, tag: number, bytes: number): boolean {
    const sizes = new Map(this.#sizes.get(member)).set(tag, bytes);
    const field = (body: number) => (body === 0 ? 0 : 1 + encodedLength(body) + body);
    const whole = [...sizes.values()].reduce((sum, body) => sum + field(body), 1);
    if (whole > STATE_BYTES_MAX) return false;
    this.#sizes.set(member, sizes);
    return true;
  }
}

function encodedLength(value: number): number {
  return value < 128 ? 1 : 1 + encodedLength(value >>> 7);
}
