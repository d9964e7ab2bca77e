/** The messages that went by, the newest last: bounded, and floods of cursors in one line each. */
import { LOG_BYTES_MAX, LOG_LINES_MAX } from './limits.js';
import type { Direction, Piece } from './wire/decode.js';
import { WireError } from './wire/bytes.js';

/** A line of the log. */
export interface Entry {
  /** When it was sent or received, in milliseconds since 1970; the last of several. */
  timeMs: number;
  readonly from: Direction;
  /** The message's, or `Malformed`. */
  readonly type: string;
  /** The room that its channel stands for, where it is known. */
  readonly room: string;
  /** The message itself; the last of several. */
  piece: Piece;
  /** How many messages this line stands for. */
  count: number;
  /** Their bytes. */
  bytes: number;
}

/** The types of which a line holds all that come without something else in between. */
const FLOODS: ReadonlySet<string> = new Set([
  'CursorUpdate',
  'CursorBroadcast',
  'CursorBatch',
  'Heartbeat',
]);

/** What a piece of bytes is called. */
export function typeOf({ said }: Piece): string {
  return said instanceof WireError ? 'Malformed' : said.type;
}

/** Whether it belongs to a flood, which one may not want to see. */
export function isFlood(type: string): boolean {
  return FLOODS.has(type);
}

export class Log {
  isPaused = false;
  /** How many messages went by while it was paused. */
  missed = 0;
  #entries: Entry[] = [];
  #bytes = 0;

  /** From the oldest to the newest. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  add(from: Direction, piece: Piece, room: string, timeMs: number): void {
    if (this.isPaused) {
      this.missed += 1;
      return;
    }
    const type = typeOf(piece);
    // Of its own: the rest of the WebSocket message need not be kept with it.
    const own = { ...piece, bytes: piece.bytes.slice() };
    const same = isFlood(type) ? this.#sameFlood(from, type, room) : undefined;
    const bytes = own.bytes.length;
    this.#bytes += bytes;
    if (same) {
      this.#bytes -= same.piece.bytes.length;
      same.timeMs = timeMs;
      same.piece = own;
      same.count += 1;
      same.bytes += bytes;
    } else {
      this.#entries.push({ timeMs, from, type, room, piece: own, count: 1, bytes });
    }
    while (this.#entries.length > LOG_LINES_MAX || this.#bytes > LOG_BYTES_MAX) {
      this.#bytes -= this.#entries.shift()?.piece.bytes.length ?? 0;
    }
  }

  clear(): void {
    this.#entries = [];
    this.#bytes = 0;
    this.missed = 0;
  }

  /** The line of the same kind, where only floods came after it: at most a few for each room. */
  #sameFlood(from: Direction, type: string, room: string): Entry | undefined {
    for (let at = this.#entries.length - 1; at >= 0; at -= 1) {
      const entry = this.#entries[at];
      if (!entry || !isFlood(entry.type)) return undefined;
      if (entry.type === type && entry.from === from && entry.room === room) return entry;
    }
    return undefined;
  }
}
