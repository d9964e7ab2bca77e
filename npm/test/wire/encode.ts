// Messages of both directions, written as bytes.

import { fromHex, Writer } from './bytes';
import { writeFields } from './fields';
import type { Join, Message } from './messages';

/** The bytes of one WebSocket message. */
export const encode = (messages: Message[]): Uint8Array => {
  const writer = new Writer();
  for (const message of messages) writeMessage(writer, message);
  return Uint8Array.from(writer.bytes);
};

const writeMessage = (writer: Writer, message: Message): void => {
  if (message.type === 'Heartbeat') {
    writer.u8(0x80);
    return;
  }
  const start = (kind: number): Writer => writer.u8(kind * 16 + message.channel);
  const control = (code: number, text: string): Writer => start(0xe).varint(code).text(text);
  switch (message.type) {
    case 'CursorUpdate':
      start(0x1).u16(message.x, message.y);
      break;
    case 'CursorBroadcast':
      start(0x2).varint(message.user).u16(message.x, message.y);
      break;
    case 'Join':
      writeJoin(start(0x3), message);
      break;
    case 'Leave':
      start(0x4);
      break;
    case 'UserJoined':
      start(0x5).varint(message.user).text(message.name);
      writeColor(writer, message.color);
      writer.text(message.account);
      break;
    case 'UserLeft':
      start(0x6).varint(message.user);
      break;
    case 'PresenceUpdate':
      start(0x7).varint(message.count);
      break;
    case 'CursorBatch': {
      start(0x9).varint(message.cursors.length);
      let previous = -1;
      for (const [user, x, y] of message.cursors) {
        writer.varint(user - previous - 1).u16(x, y);
        previous = user;
      }
      break;
    }
    case 'Welcome':
      start(0xa).varint(message.user).u8(message.tickHz, message.heartbeatS);
      writer.u8(message.resumed ? 1 : 0).raw(fromHex(message.resume));
      break;
    case 'State':
      start(0xb);
      if (message.user !== undefined) writer.varint(message.user);
      writeFields(writer, message.fields);
      break;
    case 'Event':
      start(0xc);
      if (message.user !== undefined) writer.varint(message.user);
      writer.text(message.name).blob(fromHex(message.payload));
      break;
    case 'Error':
      control(1, message.text);
      break;
    case 'Pace':
      control(2, message.text).u8(message.hz);
      break;
    case 'Drain':
      control(3, message.text).varint(message.withinMs);
      break;
    case 'Redirect':
      control(4, message.text).text(message.url);
      break;
    case 'Token':
      control(5, '').text(message.token);
      break;
    case 'Kicked':
      control(6, message.text);
      break;
  }
};

const writeJoin = (writer: Writer, join: Join): void => {
  const present = [join.token, join.name, join.color, join.resume, join.observer];
  writer.u8(present.reduce<number>((sum, field, bit) => (field === undefined ? sum : sum + 2 ** bit), 0));
  writer.text(join.room);
  if (join.token !== undefined) writer.text(join.token);
  if (join.name !== undefined) writer.text(join.name);
  if (join.color !== undefined) writeColor(writer, join.color);
  if (join.resume !== undefined) writer.raw(fromHex(join.resume));
};

const writeColor = (writer: Writer, color: string): void => {
  writer.raw(fromHex(color.slice(1)));
};
