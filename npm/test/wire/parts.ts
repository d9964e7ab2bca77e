/** The parts that messages are made of: how each is read, and how it is written. */
import { fromHex, type Reader, toHex, WireError, type Writer } from './bytes.js';

/** One part: `read` and `write` are each other's inverse. */
export interface Part<T> {
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
}

export const u8: Part<number> = {
  read: (reader) => reader.u8('u8'),
  write: (writer, value) => writer.u8(value),
};

export const u16: Part<number> = {
  read: (reader) => reader.u16('u16'),
  write: (writer, value) => writer.u16(value),
};

export const varint: Part<number> = {
  read: (reader) => reader.varint('varint'),
  write: (writer, value) => writer.varint(value),
};

/** A `str` of `min` to `max` bytes and at most `maxChars` characters. */
export function str(min: number, max: number, maxChars = max): Part<string> {
  return {
    read: (reader) => {
      const text = reader.text('str', max);
      if (text.length < min || [...text].length > maxChars) throw new WireError('limit', 'str');
      return text;
    },
    write: (writer, value) => writer.text(value),
  };
}

/** A `blob`, as hex. */
export function blob(max: number): Part<string> {
  return {
    read: (reader) => toHex(reader.blob('blob', max)),
    write: (writer, value) => writer.blob(fromHex(value)),
  };
}

/** As many bytes as the wire says without a length, as hex. */
export function fixed(length: number): Part<string> {
  return {
    read: (reader) => toHex(reader.bytes(length, 'bytes')),
    write: (writer, value) => writer.bytes(fromHex(value)),
  };
}

export const color: Part<string> = {
  read: (reader) => `#${toHex(reader.bytes(3, 'colour'))}`,
  write: (writer, value) => writer.bytes(fromHex(value.slice(1))),
};

/** As many things as a varint before them says. */
export function list<T>(item: Part<T>, max: number): Part<T[]> {
  return {
    read: (reader) => {
      const items: T[] = [];
      const count = reader.length('count', max);
      while (items.length < count) items.push(item.read(reader));
      return items;
    },
    write: (writer, value) => {
      writer.varint(value.length);
      for (const one of value) item.write(writer, one);
    },
  };
}

/** A part under limits that its values can be asked for. */
export function checked<T>(part: Part<T>, check: (value: T) => void): Part<T> {
  return {
    read: (reader) => {
      const value = part.read(reader);
      check(value);
      return value;
    },
    write: part.write,
  };
}

/** What a message's body says, by name. */
export type Body = Record<string, unknown>;

/** Named parts, one after the other. */
export function record(parts: Record<string, Part<any>>): Part<Body> {
  const named = Object.entries(parts);
  return {
    read: (reader) => Object.fromEntries(named.map(([name, part]) => [name, part.read(reader)])),
    write: (writer, value) => {
      for (const [name, part] of named) part.write(writer, value[name]);
    },
  };
}
