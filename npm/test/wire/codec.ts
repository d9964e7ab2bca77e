/**
 * The wire once more, written from `protocol/SPEC.md` alone: two implementations that share nothing
 * but the page agree on every byte, or the page is wrong. The half that reads is the inspector's.
 */
import { WireError } from '../../src/inspector/wire/bytes.js';
import { type Direction, type Message, pieces } from '../../src/inspector/wire/decode.js';
import { Writer } from './bytes.js';
import { BODIES, FIRST } from './write.js';

export type { Direction, Message };

/** The messages of one WebSocket message. Throws a {@link WireError} at the first that is wrong. */
export function decode(from: Direction, bytes: Uint8Array): Message[] {
  return pieces(from, bytes).map(({ said }) => {
    if (said instanceof WireError) throw said;
    return said;
  });
}

/** The bytes of one WebSocket message; the messages are taken to be right. */
export function encode(from: Direction, messages: Message[]): Uint8Array {
  const writer = new Writer();
  for (const message of messages) {
    writer.u8((FIRST[message.type] ?? FIRST['Control']!) * 16 + (message.channel ?? 0));
    BODIES[from](writer, message);
  }
  return writer.all;
}
