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
  connected: 'a room is joined',
  reconnecting: 'waiting for the next attempt',
  disconnected: 'for good: the error event of the room says why',
};

/** The end of a line, in words. */
export function closeWords(by: Closer, code: number, reason: string): string {
  if (by === 'inspector') return `cut by the inspector (${code})`;
  if (by === 'client') return `closed by the client (${code})`;
  const meaning = reason || CODES[code] || 'no reason given';
  return `${code === 1006 ? 'lost' : 'closed by the server'} (${code}): ${meaning}`;
}

const CODES: Readonly<Record<number, string>> = {
  1001: 'the server goes away, or heard nothing from here',
  1005: 'no code',
  1006: 'the line broke, or nobody answers',
  1009: 'a message was too large',
  1012: 'the server restarts',
  1013: 'the server is busy',
  4000: 'protocol error',
  4002: 'the version is not spoken',
  4003: 'a text frame',
  4004: 'kicked',
  4005: 'the room is full',
  4006: 'the origin of this page is refused',
  4100: 'no token, or a bad one',
  4101: 'the token expired',
  4103: 'not allowed in this room',
  4200: 'too many messages',
  4201: 'too slow to read',
  4202: 'no room was joined in time',
  4203: 'too many connections',
};
