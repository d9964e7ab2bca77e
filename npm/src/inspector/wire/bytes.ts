/** Fields off bytes: the numbers and the text of the wire, and nothing of a message. */

/** What is wrong with bytes, in the words of `protocol/vectors/README.md`. */
export type Fault =
  | 'empty'
  | 'truncated'
  | 'type'
  | 'channel'
  | 'varint'
  | 'utf8'
  | 'limit'
  | 'value'
  | 'order';

/** Bytes break a rule. */
export class WireError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, field: string) {
    super(`${fault}: ${field}`);
    this.fault = fault;
  }
}

/** A stretch of bytes: where it begins, and where what follows it does. */
export type Range = readonly [start: number, end: number];

const VARINT_MAX = 0xffff_ffff;

/** Takes fields off the front. */
export class Reader {
  readonly all: Uint8Array;
  /** Where something stands that nobody else may see. */
  readonly secrets: Range[] = [];
  #at = 0;

  constructor(all: Uint8Array) {
    this.all = all;
  }

  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.all.length;
  }

  bytes(length: number, field: string): Uint8Array {
    if (length > this.all.length - this.#at) throw new WireError('truncated', field);
    const start = this.#at;
    this.#at += length;
    return this.all.subarray(start, this.#at);
  }

  u8(field: string): number {
    const byte = this.all[this.#at];
    if (byte === undefined) throw new WireError('truncated', field);
    this.#at += 1;
    return byte;
  }

  u16(field: string): number {
    return this.u8(field) * 256 + this.u8(field);
  }

  varint(field: string): number {
    let value = 0;
    for (let index = 0; index < 5; index += 1) {
      const byte = this.u8(field);
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (value > VARINT_MAX) break;
      if (byte < 0x80) {
        if (byte === 0 && index > 0) throw new WireError('varint', field);
        return value;
      }
    }
    throw new WireError('varint', field);
  }

  /** A count of bytes or of things. */
  length(field: string, max: number): number {
    const length = this.varint(field);
    if (length > max) throw new WireError('limit', field);
    return length;
  }

  blob(field: string, max: number): Uint8Array {
    return this.bytes(this.length(field, max), field);
  }

  text(field: string, max: number): string {
    return utf8(this.blob(field, max), field);
  }
}

// Made at first use: some test environments lack the class when a module is imported.
let decoder: TextDecoder | undefined;

/** Bytes as text; throws where they are none. */
export function utf8(bytes: Uint8Array, field: string): string {
  decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch {
    throw new WireError('utf8', field);
  }
}

/** Two digits a byte. */
export function toHex(bytes: Uint8Array, between = ''): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(between);
}

/** The bytes of what `toHex` gives. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
