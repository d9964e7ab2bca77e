/** A room that a client entered: its line to the room, and what outlives the line. */
import { byteLength } from '../presence.js';
import { Kind } from '../records.js';
import type { Position } from '../types.js';
import { EVENT_BYTES_QUEUED_MAX, EVENTS_QUEUED_MAX } from './limits.js';
import type { Draft } from './records.js';
import { INITIAL, type Seat, type State } from './seat.js';

/** An event as it travels. */
export interface Message {
  name: string;
  payload: Uint8Array;
}

export class Member {
  readonly roomId: string;
  readonly isObserver: boolean;
  /** As asked for, then as given: who comes back too late is still the same animal. */
  name: string | undefined;
  color: number | undefined;
  stage: 'away' | 'joined' | 'ended' = 'away';
  seat: Seat | null = null;
  /** What the client says of itself. */
  own: State = INITIAL;
  cursor: Position | null = null;
  /** Everybody as they were when the line was lost. */
  known: readonly Seat[] = [];
  /** The client was told that cursors moved, and has not read them. */
  isMovedTold = false;
  #queue: Message[] = [];
  #dropped = 0;
  readonly #put: (draft: Draft) => void;

  constructor(
    entry: { roomId: string; name: string | undefined; color: number | undefined },
    isObserver: boolean,
    put: (draft: Draft) => void,
  ) {
    this.roomId = entry.roomId;
    this.name = entry.name;
    this.color = entry.color;
    this.isObserver = isObserver;
    this.#put = put;
  }

  tell(draft: Draft): void {
    this.#put(draft);
  }

  tellMoved(): void {
    if (this.isMovedTold) return;
    this.isMovedTold = true;
    this.#put({ kind: Kind.CURSORS_MOVED });
  }

  /** Keeps an event until the room is joined. */
  keep(message: Message): void {
    this.#queue.push(message);
    const bytes = () =>
      this.#queue.reduce((sum, kept) => sum + byteLength(kept.name) + kept.payload.length, 0);
    while (this.#queue.length > EVENTS_QUEUED_MAX || bytes() > EVENT_BYTES_QUEUED_MAX) {
      this.#queue.shift();
      this.#dropped += 1;
    }
  }

  /** What was kept; tells of what was not. */
  takeKept(): Message[] {
    if (this.#dropped > 0) this.#put({ kind: Kind.EVENTS_DROPPED, number: this.#dropped });
    this.#dropped = 0;
    return this.#queue.splice(0);
  }
}
