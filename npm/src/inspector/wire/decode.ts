/**
 * The wire once more, written from `protocol/SPEC.md` alone: it shares nothing with the core but
 * the page, so that an inspector shows what the bytes say and not what the core takes them for.
 */
import { type Range, Reader, WireError } from './bytes.js';
import { control } from './control.js';
import { fields } from './fields.js';
import { join } from './join.js';
import {
  blob,
  type Body,
  color,
  fixed,
  type Read,
  record,
  secret,
  str,
  u16,
  u8,
  varint,
} from './parts.js';

/** Who sent it. */
export type Direction = 'client' | 'server';

/** A message, as the golden vectors write it in JSON. */
export interface Message extends Body {
  type: string;
  channel?: number;
}

/** One message of a WebSocket message, or all that is left of it where it breaks a rule. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** What it says, or which rule it breaks. */
  readonly said: Message | WireError;
  /** What in the bytes proves who somebody is. */
  readonly secrets: readonly Range[];
}

/** What follows a first byte. A body may name its type itself, as those of Control do. */
type Kind = readonly [type: string, body: Read<Body>];

const USER_MAX = 0xffff_fffe;
const CURSORS_MAX = 8_192;

const point = { x: u16, y: u16 };
const person = { name: str(1, 128, 32), color, account: str(0, 128) };
const event = { name: str(1, 64), payload: blob(16_384) };

// Not of parts: a large room has thousands a message.
const cursors: Read<number[][]> = (reader) => {
  const found: number[][] = [];
  let free = 0;
  const count = reader.length('cursors', CURSORS_MAX);
  while (found.length < count) {
    const user = free + reader.varint('gap');
    if (user > USER_MAX) throw new WireError('limit', 'user');
    free = user + 1;
    found.push([user, reader.u16('x'), reader.u16('y')]);
  }
  return found;
};

const resumed: Read<boolean> = (reader) => {
  const flags = reader.u8('flags');
  if (flags > 1) throw new WireError('value', 'flags');
  return flags === 1;
};

const welcome = { user: varint, tickHz: u8, heartbeatS: u8, resumed, resume: secret(fixed(16)) };

const HEARTBEAT: Kind = ['Heartbeat', record({})];

const KINDS: Record<Direction, Record<number, Kind>> = {
  client: {
    0x1: ['CursorUpdate', record(point)],
    0x3: ['Join', join],
    0x4: ['Leave', record({})],
    0x8: HEARTBEAT,
    0xb: ['State', record({ fields })],
    0xc: ['Event', record(event)],
    0xe: ['Control', control('client')],
  },
  server: {
    0x2: ['CursorBroadcast', record({ user: varint, ...point })],
    0x5: ['UserJoined', record({ user: varint, ...person })],
    0x6: ['UserLeft', record({ user: varint })],
    0x7: ['PresenceUpdate', record({ count: varint })],
    0x8: HEARTBEAT,
    0x9: ['CursorBatch', record({ cursors })],
    0xa: ['Welcome', record(welcome)],
    0xb: ['State', record({ user: varint, fields })],
    0xc: ['Event', record({ user: varint, ...event })],
    0xe: ['Control', control('server')],
  },
};

/** What a WebSocket message is made of, up to the first rule that it breaks. */
export function pieces(from: Direction, bytes: Uint8Array): Piece[] {
  const found: Piece[] = [];
  let rest = bytes;
  do {
    const reader = new Reader(rest);
    const said = attempt(from, reader);
    const end = said instanceof WireError ? rest.length : reader.at;
    found.push({ bytes: rest.subarray(0, end), said, secrets: reader.secrets });
    rest = rest.subarray(end);
  } while (rest.length > 0);
  return found;
}

function attempt(from: Direction, reader: Reader): Message | WireError {
  try {
    return one(from, reader);
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
}

function one(from: Direction, reader: Reader): Message {
  if (reader.isAtEnd) throw new WireError('empty', 'message');
  const first = reader.u8('first byte');
  const channel = first & 0x0f;
  const kind = KINDS[from][first >>> 4];
  if (!kind) throw new WireError('type', `${first}`);
  const [type, body] = kind;
  const message: Message = { type, channel, ...body(reader) };
  const ofConnection = message.type === 'Heartbeat' || message.type === 'Drain';
  if (ofConnection && channel !== 0) throw new WireError('channel', message.type);
  if (message.type === 'Heartbeat') delete message.channel;
  return message;
}
