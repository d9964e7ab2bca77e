/** The parts that messages are made of, and how each is read. */
import { type Reader, toHex, WireError } from './bytes.js';

/** Takes one part off the front. */
export type Read<T> = (reader: Reader) => T;

/** What a message's body says, by name. */
export type Body = Record<string, unknown>;

export const u8: Read<number> = (reader) => reader.u8('u8');

export const u16: Read<number> = (reader) => reader.u16('u16');

export const varint: Read<number> = (reader) => reader.varint('varint');

/** A `str` of `min` to `max` bytes and at most `maxChars` characters. */
export function str(min: number, max: number, maxChars = max): Read<string> {
  return (reader) => {
    const text = reader.text('str', max);
    if (text.length < min || [...text].length > maxChars) throw new WireError('limit', 'str');
    return text;
  };
}

/** A `blob`, as hex. */
export function blob(max: number): Read<string> {
  return (reader) => toHex(reader.blob('blob', max));
}

/** As many bytes as the wire says without a length, as hex. */
export function fixed(length: number): Read<string> {
  return (reader) => toHex(reader.bytes(length, 'bytes'));
}

export const color: Read<string> = (reader) => `#${toHex(reader.bytes(3, 'colour'))}`;

/** As many things as a varint before them says. */
export function list<T>(item: Read<T>, max: number): Read<T[]> {
  return (reader) => {
    const items: T[] = [];
    const count = reader.length('count', max);
    while (items.length < count) items.push(item(reader));
    return items;
  };
}

/** A part that proves who somebody is: where it stands is noted, so that it can be hidden. */
export function secret<T>(part: Read<T>): Read<T> {
  return (reader) => {
    const start = reader.at;
    const value = part(reader);
    reader.secrets.push([start, reader.at]);
    return value;
  };
}

/** Named parts, one after the other. */
export function record(parts: Record<string, Read<unknown>>): Read<Body> {
  const named = Object.entries(parts);
  return (reader) => Object.fromEntries(named.map(([name, part]) => [name, part(reader)]));
}
