/** Records as the wasm writes them: what `../records.ts` reads, its table is the reference. */
import { encode } from '../presence.js';
import { Kind, NO_CHANNEL } from '../records.js';
import type { Seat } from './seat.js';

const EMPTY = new Uint8Array();

/** What of a record is not 0 or empty. */
export interface Draft {
  kind: Kind;
  small?: number;
  number?: number;
  body?: Uint8Array;
}

/** The records that nobody has polled. */
export class Waiting {
  #records: { channel: number; bytes: number[] }[] = [];

  put(channel: number | null, { kind, small = 0, number = 0, body = EMPTY }: Draft): void {
    const to = channel ?? NO_CHANNEL;
    const header = [kind, to, ...le16(small), ...le32(number), ...le32(body.length)];
    this.#records.push({ channel: to, bytes: [...header, ...body] });
  }

  /** Nothing more of a room that was left is told. */
  forget(channel: number): void {
    this.#records = this.#records.filter((record) => record.channel !== channel);
  }

  /** All of them, one behind another, and a byte 0. */
  take(): Uint8Array {
    return Uint8Array.from([...this.#records.splice(0).flatMap(({ bytes }) => bytes), 0]);
  }
}

/** Somebody joined, or changed. */
export function personDraft(kind: Kind.USER_JOINED | Kind.USER_UPDATED, seat: Seat): Draft {
  const { activity, surface, selection } = seat.state;
  const account = '';
  const texts = [seat.name, account, surface, ...selection].map(encode);
  const body = [...le32(seat.color), ...texts.flatMap((text) => [...le16(text.length), ...text])];
  return { kind, small: activity, number: seat.id, body: Uint8Array.from(body) };
}

/** Somebody's custom presence, or a patch of it, as JSON. */
export function customDraft(seat: Seat, json: string, isWhole: boolean): Draft {
  return { kind: Kind.CUSTOM, small: isWhole ? 1 : 0, number: seat.id, body: encode(json) };
}

/** Somebody's event. */
export function eventDraft(seat: Seat, name: string, payload: Uint8Array): Draft {
  const bytes = encode(name);
  const body = Uint8Array.from([...bytes, ...payload]);
  return { kind: Kind.EVENT, small: bytes.length, number: seat.id, body };
}

function le16(value: number): number[] {
  return [value & 255, value >> 8];
}

function le32(value: number): number[] {
  return [...le16(value & 0xffff), ...le16(value >>> 16)];
}
