/**
 * What the wasm is polled for: records in one byte buffer. The other side, with the table of what
 * each record holds, is `protocol/src/client/records.rs`; the two change together.
 */
import type { Activity, Status } from './types.js';
import { decode as text } from './utf8.js';

export { text };

/** A record's kind. */
export enum Kind {
  STATUS = 1,
  CLOSED = 2,
  ROOM_JOINED = 3,
  ROOM_LOST = 4,
  ROOM_REFUSED = 5,
  KICKED = 6,
  USER_JOINED = 7,
  USER_UPDATED = 8,
  USER_LEFT = 9,
  CUSTOM = 10,
  CURSORS_MOVED = 11,
  COUNT = 12,
  EVENT = 13,
  EVENTS_DROPPED = 14,
  TOKEN_NEEDED = 15,
  REDIRECTED = 16,
  ERROR = 17,
}

/** The channel of a record that belongs to the connection. */
export const NO_CHANNEL = 255;

/** What to do after a close: the record's number. */
export enum Retry {
  STOP = 0,
  NEW_TOKEN = 1,
  SLOW = 2,
  NORMAL = 3,
}

const STATUSES: readonly Status[] = [
  'initial',
  'connecting',
  'connected',
  'reconnecting',
  'disconnected',
];
/** The activities, the most active first; the index is their number on the wire. */
export const ACTIVITIES: readonly Activity[] = ['active', 'idle', 'away'];
const HEADER_BYTES = 12;

/** A record; `body` is a view that is valid until the core is called again. */
export interface Record {
  kind: number;
  channel: number;
  small: number;
  number: number;
  body: Uint8Array;
}

/** What a person's record says. */
export interface Person {
  color: string;
  name: string;
  account: string;
  surface: string;
  selection: readonly string[];
}

/** The records at the beginning of a buffer, in order; a byte 0 ends them. */
export function* records(bytes: Uint8Array): Generator<Record> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; bytes[at];) {
    const start = at + HEADER_BYTES;
    const end = start + view.getUint32(at + 8, true);
    yield {
      kind: view.getUint8(at),
      channel: view.getUint8(at + 1),
      small: view.getUint16(at + 2, true),
      number: view.getUint32(at + 4, true),
      body: bytes.subarray(start, end),
    };
    at = end;
  }
}

/** A person's record's body. */
export function person(body: Uint8Array): Person {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const texts: string[] = [];
  for (let at = 4; at < body.length;) {
    const start = at + 2;
    at = start + view.getUint16(at, true);
    texts.push(text(body.subarray(start, at)));
  }
  const [name = '', account = '', surface = '', ...selection] = texts;
  const color = `#${view.getUint32(0, true).toString(16).padStart(6, '0')}`;
  return { color, name, account, surface, selection };
}

/** A status record's status. */
export function statusOf(record: Record): Status {
  return STATUSES[record.small] ?? 'disconnected';
}

/** A person's record's activity. */
export function activityOf(record: Record): Activity {
  return ACTIVITIES[record.small] ?? 'active';
}
