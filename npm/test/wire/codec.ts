/**
 * The wire once more, written from `protocol/SPEC.md` alone. Tests only: two implementations that
 * share nothing but the page agree on every byte, or the page is wrong.
 */
import { Reader, WireError, Writer } from './bytes.js';
import { control } from './control.js';
import { fields } from './fields.js';
import { join } from './join.js';
import { blob, type Body, color, fixed, list, type Part, record, str, u16, u8, varint } from './parts.js';

export type Direction = 'client' | 'server';

/** A message, as the golden vectors write it in JSON. */
export interface Message extends Body {
  type: string;
  channel?: number;
}

/** What follows a first byte. A body may name its type itself, as those of Control do. */
interface Kind {
  type: string;
  body: Part<Body>;
}

const USER_MAX = 0xffff_fffe;
const CURSORS_MAX = 8_192;
const HEARTBEAT = 0x8;
const CONTROL = 0xe;

const point = { x: u16, y: u16 };
const person = { name: str(1, 128, 32), color, account: str(0, 128) };
const event = { name: str(1, 64), payload: blob(16_384) };

const cursors: Part<number[][]> = {
  read: (reader) => {
    let free = 0;
    return list(record({ gap: varint, ...point }), CURSORS_MAX).read(reader).map(({ gap, x, y }) => {
      const user = free + (gap as number);
      if (user > USER_MAX) throw new WireError('limit', 'user');
      free = user + 1;
      return [user, x as number, y as number];
    });
  },
  write: (writer, value) => {
    let free = 0;
    const entries = value.map(([user, x, y]) => {
      const gap = user! - free;
      free = user! + 1;
      return { gap, x, y };
    });
    list(record({ gap: varint, ...point }), CURSORS_MAX).write(writer, entries);
  },
};

const resumed: Part<boolean> = {
  read: (reader) => {
    const flags = reader.u8('flags');
    if (flags > 1) throw new WireError('value', 'flags');
    return flags === 1;
  },
  write: (writer, value) => writer.u8(value ? 1 : 0),
};

const welcome = { user: varint, tickHz: u8, heartbeatS: u8, resumed, resume: fixed(16) };

const KINDS: Record<Direction, Record<number, Kind>> = {
  client: {
    0x1: { type: 'CursorUpdate', body: record(point) },
    0x3: { type: 'Join', body: join },
    0x4: { type: 'Leave', body: record({}) },
    [HEARTBEAT]: { type: 'Heartbeat', body: record({}) },
    0xb: { type: 'State', body: record({ fields }) },
    0xc: { type: 'Event', body: record(event) },
    [CONTROL]: { type: 'Control', body: control('client') },
  },
  server: {
    0x2: { type: 'CursorBroadcast', body: record({ user: varint, ...point }) },
    0x5: { type: 'UserJoined', body: record({ user: varint, ...person }) },
    0x6: { type: 'UserLeft', body: record({ user: varint }) },
    0x7: { type: 'PresenceUpdate', body: record({ count: varint }) },
    [HEARTBEAT]: { type: 'Heartbeat', body: record({}) },
    0x9: { type: 'CursorBatch', body: record({ cursors }) },
    0xa: { type: 'Welcome', body: record(welcome) },
    0xb: { type: 'State', body: record({ user: varint, fields }) },
    0xc: { type: 'Event', body: record({ user: varint, ...event }) },
    [CONTROL]: { type: 'Control', body: control('server') },
  },
};

/** The messages of one WebSocket message. Throws a {@link WireError} at the first that is wrong. */
export function decode(from: Direction, bytes: Uint8Array): Message[] {
  if (bytes.length === 0) throw new WireError('empty', 'message');
  const reader = new Reader(bytes);
  const messages: Message[] = [];
  while (!reader.isAtEnd) messages.push(one(from, reader));
  return messages;
}

function one(from: Direction, reader: Reader): Message {
  const first = reader.u8('first byte');
  const channel = first & 0x0f;
  const kind = KINDS[from][first >>> 4];
  if (!kind) throw new WireError('type', `${first}`);
  const message: Message = { type: kind.type, channel, ...kind.body.read(reader) };
  const ofConnection = message.type === 'Heartbeat' || message.type === 'Drain';
  if (ofConnection && channel !== 0) throw new WireError('channel', message.type);
  if (message.type === 'Heartbeat') delete message.channel;
  return message;
}

/** The bytes of one WebSocket message; the messages are taken to be right. */
export function encode(from: Direction, messages: Message[]): Uint8Array {
  const writer = new Writer();
  for (const message of messages) {
    const kinds = Object.entries(KINDS[from]);
    const found = kinds.find(([, kind]) => kind.type === message.type);
    const number = found ? Number(found[0]) : CONTROL;
    writer.u8(number * 16 + (message.channel ?? 0));
    KINDS[from][number]!.body.write(writer, message);
  }
  return writer.all;
}
