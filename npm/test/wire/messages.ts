// Messages of both directions as the JSON of protocol/vectors, read from bytes.

import { Reader, toHex, WireError } from './bytes';
import { type Field, readFields } from './fields';

export type Direction = 'client' | 'server';
type Cursor = [user: number, x: number, y: number];
type Of<Type extends string, Body = object> = { type: Type; channel: number } & Body;

export type Message =
  | { type: 'Heartbeat' }
  | Of<'CursorUpdate', { x: number; y: number }>
  | Of<'CursorBroadcast', { user: number; x: number; y: number }>
  | Of<'CursorBatch', { cursors: Cursor[] }>
  | Of<'Join', Join>
  | Of<'Leave'>
  | Of<'UserJoined', { user: number; name: string; color: string; account: string }>
  | Of<'UserLeft', { user: number }>
  | Of<'PresenceUpdate', { count: number }>
  | Of<'Welcome', Welcome>
  | Of<'State', { user?: number; fields: Field[] }>
  | Of<'Event', { user?: number; name: string; payload: string }>
  | Of<'Error' | 'Kicked', { text: string }>
  | Of<'Pace', { text: string; hz: number }>
  | Of<'Drain', { text: string; withinMs: number }>
  | Of<'Redirect', { text: string; url: string }>
  | Of<'Token', { token: string }>;

export interface Join {
  room: string;
  token?: string;
  name?: string;
  color?: string;
  resume?: string;
  observer?: true;
}

interface Welcome {
  user: number;
  tickHz: number;
  heartbeatS: number;
  resumed: boolean;
  resume: string;
}

/** The messages of one WebSocket message. */
export const decode = (from: Direction, bytes: Uint8Array): Message[] => {
  if (bytes.length === 0) throw new WireError('empty');
  const reader = new Reader(bytes);
  const messages: Message[] = [];
  while (!reader.isEmpty) messages.push(readMessage(from, reader));
  return messages;
};

const readMessage = (from: Direction, reader: Reader): Message => {
  const first = reader.u8();
  const channel = first & 0x0f;
  const kind = first >> 4;
  if (kind === 0x8) {
    if (channel !== 0) throw new WireError('channel');
    return { type: 'Heartbeat' };
  }
  const user = () => (from === 'server' ? { user: reader.varint() } : {});
  if (kind === 0xb) return { type: 'State', channel, ...user(), fields: readFields(reader) };
  if (kind === 0xc) {
    const who = user();
    const name = reader.text(64, 1);
    return { type: 'Event', channel, ...who, name, payload: toHex(reader.blob(16_384)) };
  }
  if (kind === 0xe) return readControl(from, channel, reader);
  return from === 'client'
    ? readClientOnly(kind, channel, reader)
    : readServerOnly(kind, channel, reader);
};

const readClientOnly = (kind: number, channel: number, reader: Reader): Message => {
  switch (kind) {
    case 0x1:
      return { type: 'CursorUpdate', channel, x: reader.u16(), y: reader.u16() };
    case 0x3:
      return { type: 'Join', channel, ...readJoin(reader) };
    case 0x4:
      return { type: 'Leave', channel };
    default:
      throw new WireError('type');
  }
};

const readServerOnly = (kind: number, channel: number, reader: Reader): Message => {
  switch (kind) {
    case 0x2: {
      const user = reader.varint();
      return { type: 'CursorBroadcast', channel, user, x: reader.u16(), y: reader.u16() };
    }
    case 0x5: {
      const user = reader.varint();
      const name = readName(reader);
      const color = readColor(reader);
      return { type: 'UserJoined', channel, user, name, color, account: reader.text(128) };
    }
    case 0x6:
      return { type: 'UserLeft', channel, user: reader.varint() };
    case 0x7:
      return { type: 'PresenceUpdate', channel, count: reader.varint() };
    case 0x9:
      return { type: 'CursorBatch', channel, cursors: readCursors(reader) };
    case 0xa:
      return { type: 'Welcome', channel, ...readWelcome(reader) };
    default:
      throw new WireError('type');
  }
};

const readJoin = (reader: Reader): Join => {
  const flags = reader.u8();
  if (flags > 0x1f) throw new WireError('value');
  const join: Join = { room: reader.text(128, 1) };
  if (flags & 0x01) join.token = reader.text(8_192);
  if (flags & 0x02) join.name = readName(reader);
  if (flags & 0x04) join.color = readColor(reader);
  if (flags & 0x08) join.resume = toHex(reader.take(16));
  if (flags & 0x10) join.observer = true;
  return join;
};

const readWelcome = (reader: Reader): Welcome => {
  const user = reader.varint();
  const tickHz = reader.u8();
  const heartbeatS = reader.u8();
  const flags = reader.u8();
  if (flags > 1) throw new WireError('value');
  return { user, tickHz, heartbeatS, resumed: flags === 1, resume: toHex(reader.take(16)) };
};

// R-BAT-1, R-BAT-2, R-BAT-3
const readCursors = (reader: Reader): Cursor[] => {
  const cursors: Cursor[] = [];
  let previous = -1;
  for (let left = reader.count(8_192); left > 0; left -= 1) {
    previous += reader.varint() + 1;
    if (previous > 4_294_967_294) throw new WireError('limit');
    cursors.push([previous, reader.u16(), reader.u16()]);
  }
  return cursors;
};

const readControl = (from: Direction, channel: number, reader: Reader): Message => {
  const code = reader.varint();
  const text = reader.text(256);
  if (from === 'client') {
    if (code !== 5 || text !== '') throw new WireError('value');
    return { type: 'Token', channel, token: reader.text(8_192) };
  }
  switch (code) {
    case 1:
      return { type: 'Error', channel, text };
    case 2: {
      const hz = reader.u8();
      if (hz === 0) throw new WireError('value');
      return { type: 'Pace', channel, text, hz };
    }
    case 3:
      if (channel !== 0) throw new WireError('channel');
      return { type: 'Drain', channel, text, withinMs: reader.varint() };
    case 4:
      return { type: 'Redirect', channel, text, url: reader.text(2_048, 1) };
    case 6:
      return { type: 'Kicked', channel, text };
    default:
      throw new WireError('value');
  }
};

// R-JOIN-3: a string's iterator walks Unicode scalar values.
const readName = (reader: Reader): string => {
  const name = reader.text(128, 1);
  if ([...name].length > 32) throw new WireError('limit');
  return name;
};

const readColor = (reader: Reader): string => `#${toHex(reader.take(3))}`;
