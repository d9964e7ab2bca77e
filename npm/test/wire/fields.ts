// The fields of a State: [tag, value], where null is a removed field.

import { fromHex, Reader, toHex, toText, WireError, Writer } from './bytes';

export type FieldValue = null | string | number | true | string[] | number[];
export type Field = [tag: number, value: FieldValue];

const STATE_BYTES_MAX = 16_384;

export const readFields = (reader: Reader): Field[] => {
  const start = reader.at;
  const fields: Field[] = [];
  let last = -1;
  for (let left = reader.count(256); left > 0; left -= 1) {
    const tag = reader.u8();
    const body = reader.blob(STATE_BYTES_MAX);
    if (tag <= last) throw new WireError('order');
    last = tag;
    fields.push([tag, body.length === 0 ? null : readBody(tag, body)]);
  }
  if (reader.at - start > STATE_BYTES_MAX) throw new WireError('limit');
  return fields;
};

export const writeFields = (writer: Writer, fields: Field[]): void => {
  writer.varint(fields.length);
  for (const [tag, value] of fields) {
    writer.u8(tag).blob(value === null ? new Uint8Array() : bodyOf(tag, value));
  }
};

const readBody = (tag: number, body: Uint8Array): FieldValue => {
  const reader = new Reader(body);
  const value = readValue(tag, reader, body);
  reader.end();
  return value;
};

const readValue = (tag: number, reader: Reader, body: Uint8Array): FieldValue => {
  switch (tag) {
    case 2:
      return Array.from({ length: reader.count(STATE_BYTES_MAX) }, () => reader.text(STATE_BYTES_MAX));
    case 3:
      return [reader.u16(), reader.u16(), reader.u16(), reader.u16()];
    case 4: {
      const activity = reader.u8();
      if (activity > 2) throw new WireError('value');
      return activity;
    }
    case 5:
      return toText(reader.take(body.length));
    case 6:
      if (reader.u8() !== 1) throw new WireError('value');
      return true;
    case 7:
      return reader.text(64);
    default:
      return toHex(reader.take(body.length));
  }
};

const bodyOf = (tag: number, value: Exclude<FieldValue, null>): Uint8Array => {
  const writer = new Writer();
  if (tag === 2) {
    const ids = value as string[];
    writer.varint(ids.length);
    for (const id of ids) writer.text(id);
  } else if (tag === 3) writer.u16(...(value as number[]));
  else if (tag === 4) writer.u8(value as number);
  else if (tag === 5) writer.raw(new TextEncoder().encode(value as string));
  else if (tag === 6) writer.u8(1);
  else if (tag === 7) writer.text(value as string);
  else writer.raw(fromHex(value as string));
  return Uint8Array.from(writer.bytes);
};
