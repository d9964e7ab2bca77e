/** What happened to the connection, when and why: the newest last. */
import type { Status } from '../types.js';
import { HISTORY_LINES_MAX } from './limits.js';
import type { Closer } from './line.js';

/** One thing that happened. */
export interface Happening {
  /** In milliseconds since 1970. */
  readonly timeMs: number;
  /** Where the connection stood right after it. */
  readonly status: Status;
  readonly why: string;
}

export class History {
  readonly #happenings: Happening[] = [];

  get happenings(): readonly Happening[] {
    return this.#happenings;
  }

  add(happening: Happening): void {
    this.#happenings.push(happening);
    if (this.#happenings.length > HISTORY_LINES_MAX) this.#happenings.shift();
  }
}

/** Why a status is what it is, where nothing happened to a socket. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  initial: 'no room is entered',
  connecting: 'a room is entered, the core loads',
  connected: 'the line is open',
  reconnecting: 'waiting for the next attempt',
  disconnected: 'for good: the error event of the room says why',
};

/** The end of a line, in words. */
export function closeWords(by: Closer, code: number, reason: string): string {
  if (by === 'inspector') return `cut by the inspector (${code})`;
  if (by === 'client') return `closed by the client (${code})`;
  const meaning = reason || CODES[code];
  const what = code === 1006 ? 'lost' : 'closed by the server';
  return `${what} (${code})${meaning ? `: ${meaning}` : ''}`;
}

/** Where no server can have said why. */
const CODES: Readonly<Record<number, string>> = {
  1005: 'without a code',
  1006: 'the line broke, or nobody answers',
};
