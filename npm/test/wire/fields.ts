/** The fields of a State: `[tag, value]`, where `null` is a field that is removed. */
import { fromHex, Reader, toHex, utf8, WireError, Writer } from './bytes.js';
import { list, type Part, str, u16 } from './parts.js';

export type Field = [tag: number, value: unknown];

const STATE_BYTES_MAX = 16_384;

const custom: Part<string> = {
  read: (reader) => utf8(reader.bytes(reader.all.length, 'custom'), 'custom'),
  write: (writer, value) => writer.bytes(new TextEncoder().encode(value)),
};

const opaque: Part<string> = {
  read: (reader) => toHex(reader.bytes(reader.all.length, 'opaque')),
  write: (writer, value) => writer.bytes(fromHex(value)),
};

const activity = oneOf([[0, 0], [1, 1], [2, 2]]);
const cursorHidden = oneOf([[1, true]]);

const viewport: Part<number[]> = {
  read: (reader) => [u16, u16, u16, u16].map((side) => side.read(reader)),
  write: (writer, value) => value.forEach((side) => u16.write(writer, side)),
};

const KNOWN: Record<number, Part<any>> = {
  2: list(str(0, STATE_BYTES_MAX), STATE_BYTES_MAX),
  3: viewport,
  4: activity,
  5: custom,
  6: cursorHidden,
  7: str(0, 64),
};

export const fields: Part<Field[]> = {
  read: (reader) => {
    const start = reader.at;
    const found: Field[] = [];
    const count = reader.length('fields', 256);
    while (found.length < count) {
      const tag = reader.u8('tag');
      if (tag <= (found.at(-1)?.[0] ?? -1)) throw new WireError('order', 'tags');
      found.push([tag, bodyValue(tag, reader.blob('body', STATE_BYTES_MAX))]);
    }
    if (reader.at - start > STATE_BYTES_MAX) throw new WireError('limit', 'fields');
    return found;
  },
  write: (writer, value) => {
    writer.varint(value.length);
    for (const [tag, field] of value) {
      const body = new Writer();
      if (field !== null) partOf(tag).write(body, field);
      writer.u8(tag);
      writer.blob(body.all);
    }
  },
};

function bodyValue(tag: number, body: Uint8Array): unknown {
  if (body.length === 0) return null;
  const reader = new Reader(body);
  const value = partOf(tag).read(reader);
  if (!reader.isAtEnd) throw new WireError('value', `body of tag ${tag}`);
  return value;
}

function partOf(tag: number): Part<any> {
  return KNOWN[tag] ?? opaque;
}

/** A byte that stands for one of a few values. */
function oneOf<T>(values: [byte: number, value: T][]): Part<T> {
  return {
    read: (reader) => {
      const byte = reader.u8('value');
      const found = values.find(([known]) => known === byte);
      if (!found) throw new WireError('value', `${byte}`);
      return found[1];
    },
    write: (writer, value) => writer.u8(values.find(([, known]) => known === value)![0]),
  };
}
