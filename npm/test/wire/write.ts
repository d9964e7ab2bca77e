/** How each message is written. */
import { fromHex, Writer } from './bytes.js';

type Values = Record<string, any>;
type Write = (writer: Writer, message: Values) => void;

/** The high nibble of a message's first byte. */
export const FIRST: Record<string, number> = {
  CursorUpdate: 0x1,
  CursorBroadcast: 0x2,
  Join: 0x3,
  Leave: 0x4,
  UserJoined: 0x5,
  UserLeft: 0x6,
  PresenceUpdate: 0x7,
  Heartbeat: 0x8,
  CursorBatch: 0x9,
  Welcome: 0xa,
  State: 0xb,
  Event: 0xc,
  Control: 0xe,
};

const CODES: Record<string, number> = {
  Error: 1, Pace: 2, Drain: 3, Redirect: 4, Token: 5, Kicked: 6,
};

const point: Write = (writer, { x, y }) => {
  writer.u16(x);
  writer.u16(y);
};

const event: Write = (writer, { name, payload }) => {
  writer.text(name);
  writer.blob(fromHex(payload));
};

const color = (writer: Writer, value: string) => writer.bytes(fromHex(value.slice(1)));

const OPTIONAL: [name: string, write: (writer: Writer, value: any) => void][] = [
  ['token', (writer, value) => writer.text(value)],
  ['name', (writer, value) => writer.text(value)],
  ['color', color],
  ['resume', (writer, value) => writer.bytes(fromHex(value))],
  ['observer', () => {}],
];

const join: Write = (writer, message) => {
  const bits = OPTIONAL.map(([name], bit) => (name in message ? 1 << bit : 0));
  writer.u8(bits.reduce((sum, bit) => sum + bit));
  writer.text(message['room']);
  for (const [name, write] of OPTIONAL) if (name in message) write(writer, message[name]);
};

const FIELDS: Record<number, (writer: Writer, value: any) => void> = {
  2: (writer, ids: string[]) => {
    writer.varint(ids.length);
    for (const id of ids) writer.text(id);
  },
  3: (writer, sides: number[]) => sides.forEach((side) => writer.u16(side)),
  4: (writer, value) => writer.u8(value),
  5: (writer, json) => writer.bytes(new TextEncoder().encode(json)),
  6: (writer) => writer.u8(1),
  7: (writer, id) => writer.text(id),
};

const fields: Write = (writer, message) => {
  writer.varint(message['fields'].length);
  for (const [tag, value] of message['fields']) {
    const body = new Writer();
    const write = FIELDS[tag] ?? ((into, hex) => into.bytes(fromHex(hex)));
    if (value !== null) write(body, value);
    writer.u8(tag);
    writer.blob(body.all);
  }
};

const cursors: Write = (writer, message) => {
  let free = 0;
  writer.varint(message['cursors'].length);
  for (const [user, x, y] of message['cursors']) {
    writer.varint(user - free);
    point(writer, { x, y });
    free = user + 1;
  }
};

const control: Write = (writer, message) => {
  writer.varint(CODES[message['type']]!);
  writer.text(message['text'] ?? '');
  if ('hz' in message) writer.u8(message['hz']);
  if ('withinMs' in message) writer.varint(message['withinMs']);
  for (const name of ['url', 'token']) if (name in message) writer.text(message[name]);
};

/** What both ends send alike, but that the server says of whom it tells. */
const BOTH: Record<string, Write> = {
  CursorUpdate: point,
  CursorBroadcast: point,
  Join: join,
  Leave: () => {},
  UserJoined: (writer, { name, color: value, account }) => {
    writer.text(name);
    color(writer, value);
    writer.text(account);
  },
  UserLeft: () => {},
  PresenceUpdate: (writer, { count }) => writer.varint(count),
  Heartbeat: () => {},
  CursorBatch: cursors,
  Welcome: (writer, { tickHz, heartbeatS, resumed, resume }) => {
    writer.bytes([tickHz, heartbeatS, resumed ? 1 : 0, ...fromHex(resume)]);
  },
  State: fields,
  Event: event,
};

const body: Write = (writer, message) => (BOTH[message['type']] ?? control)(writer, message);

/** The bodies of what an end sends. */
export const BODIES: Record<'client' | 'server', Write> = {
  client: body,
  server: (writer, message) => {
    if ('user' in message) writer.varint(message['user']);
    body(writer, message);
  },
};
