/** A room that a client entered: its line to the room, and what outlives the line. */
import type { Tag } from '../core.js';
import { encode } from '../presence.js';
import { Kind } from '../records.js';
import type { Position } from '../types.js';
import { EventQueue, type Message } from './queue.js';
import type { Draft } from './records.js';
import type { TestRoom } from './room.js';
import { fieldChange, INITIAL, rounded, type Seat, type State } from './seat.js';

/** How a room is entered. */
export interface Entry {
  readonly roomId: string;
  /** As asked for, then as given: who comes back too late is still the same animal. */
  name: string | undefined;
  color: number | undefined;
  readonly isObserver: boolean;
}

export class Member {
  readonly entry: Entry;
  seat: Seat | null = null;
  /** Everybody as they were when the line was lost. */
  known: readonly Seat[] = [];
  /** Refused, kicked or left: over for good. */
  isOver = false;
  readonly #put: (draft: Draft) => void;
  readonly #queue = new EventQueue();
  /** What the client says of itself. */
  #own: State = INITIAL;
  #cursor: Position | null = null;
  /** Where it is in. */
  #room: TestRoom | null = null;
  /** The room was told what this member is like, and is told what changes. */
  #isSaid = false;
  /** The client was told that cursors moved, and has not read them. */
  #isMovedTold = false;

  constructor(entry: Entry, put: (draft: Draft) => void) {
    this.entry = entry;
    this.#put = put;
  }

  get isIn(): boolean {
    return this.#room !== null;
  }

  // What the room does.

  tell(draft: Draft): void {
    this.#put(draft);
  }

  tellMoved(): void {
    if (this.#isMovedTold) return;
    this.#isMovedTold = true;
    this.#put({ kind: Kind.CURSORS_MOVED });
  }

  // What the client does.

  setField(tag: Tag, body: Uint8Array): void {
    const before = this.#own;
    this.#own = { ...before, ...fieldChange(tag, body) };
    if (this.#own.surface !== before.surface) this.#cursor = null;
    if (this.#isSaid) this.#room?.say(this, this.#own);
  }

  updateCustom(patch: string, whole: string): void {
    this.#own = { ...this.#own, custom: whole };
    if (this.#isSaid) this.#room?.say(this, this.#own, { json: patch, isWhole: false });
  }

  updateCursor(x: number, y: number): void {
    if (this.entry.isObserver) return;
    this.#cursor = rounded(x, y);
    if (this.#isSaid) this.#room?.move(this, this.#cursor);
  }

  broadcast(message: Message): void {
    if (this.entry.isObserver) {
      const body = encode('an observer has no seat to send events from');
      this.#put({ kind: Kind.ERROR, body });
    } else if (this.#isSaid) this.#room?.broadcast(this, message);
    else this.#queue.push(message);
  }

  /** Every cursor that is shown to it: id, x, y. */
  collectCursors(): number[] {
    this.#isMovedTold = false;
    const seats = this.#room?.seats ?? this.known;
    const shown = seats.filter(({ id, state }) => id !== this.seat?.id && !state.isHidden);
    return shown.flatMap(({ id, cursor }) => (cursor ? [id, cursor.x, cursor.y] : []));
  }

  /** Enters the room; what it is like is said by `sayOwn`, later. */
  join(room: TestRoom): void {
    this.#room = room;
    this.#isSaid = this.#isMovedTold = false;
    room.join(this);
  }

  /** Tells the room what it does not know of this member, and the events that waited. */
  sayOwn(): void {
    const room = this.#room;
    if (!room) return;
    this.#isSaid = true;
    const { custom } = this.#own;
    const isOther = this.seat !== null && this.seat.state.custom !== custom;
    room.say(this, this.#own, isOther ? { json: custom, isWhole: true } : undefined);
    const { messages, dropped } = this.#queue.take();
    if (dropped > 0) this.#put({ kind: Kind.EVENTS_DROPPED, number: dropped });
    for (const message of messages) room.broadcast(this, message);
    if (this.#cursor) room.move(this, this.#cursor);
  }

  /** The line was cut. */
  lose(): void {
    if (!this.#room) return;
    this.#room.lose(this);
    this.#part();
    this.#put({ kind: Kind.ROOM_LOST });
  }

  /** Gives the seat back, for good. */
  leave(): void {
    this.isOver = true;
    this.#room?.leave(this);
    this.#part();
  }

  #part(): void {
    this.#room = null;
    this.#isSaid = false;
  }
}
