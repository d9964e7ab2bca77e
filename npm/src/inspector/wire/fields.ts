/** The fields of a State: `[tag, value]`, where `null` is a field that is removed. */
import { Reader, toHex, utf8, WireError } from './bytes.js';
import { list, type Read, str, u16 } from './parts.js';

/** A tag and its value. */
export type Field = [tag: number, value: unknown];

const STATE_BYTES_MAX = 16_384;

const custom: Read<string> = (reader) => utf8(reader.all, 'custom');

const opaque: Read<string> = (reader) => toHex(reader.all);

const KNOWN: Record<number, Read<unknown>> = {
  2: list(str(0, STATE_BYTES_MAX), STATE_BYTES_MAX),
  3: (reader) => [u16, u16, u16, u16].map((side) => side(reader)),
  4: upTo(2),
  6: (reader) => reader.u8('hidden') === 1 || fail('hidden'),
  7: str(0, 64),
};

export const fields: Read<Field[]> = (reader) => {
  const start = reader.at;
  const found: Field[] = [];
  const count = reader.length('fields', 256);
  while (found.length < count) {
    const tag = reader.u8('tag');
    if (tag <= (found.at(-1)?.[0] ?? -1)) throw new WireError('order', 'tags');
    found.push([tag, valueOf(tag, reader.blob('body', STATE_BYTES_MAX))]);
  }
  if (reader.at - start > STATE_BYTES_MAX) throw new WireError('limit', 'fields');
  return found;
};

function valueOf(tag: number, body: Uint8Array): unknown {
  if (body.length === 0) return null;
  const reader = new Reader(body);
  const part = KNOWN[tag];
  if (!part) return (tag === 5 ? custom : opaque)(reader);
  const value = part(reader);
  if (!reader.isAtEnd) fail(`body of tag ${tag}`);
  return value;
}

/** A byte of at most `max`. */
function upTo(max: number): Read<number> {
  return (reader) => {
    const byte = reader.u8('value');
    return byte <= max ? byte : fail('value');
  };
}

function fail(field: string): never {
  throw new WireError('value', field);
}
