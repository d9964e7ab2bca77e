/** Fields on and off bytes: the numbers and the text of `protocol/SPEC.md`, and nothing of a message. */

/** What is wrong with bytes, in the words of `protocol/vectors/README.md`. */
export type Fault =
  | 'empty' | 'truncated' | 'type' | 'channel' | 'varint' | 'utf8' | 'limit' | 'value' | 'order';

/** Bytes, or a message that should become bytes, break a rule. */
export class WireError extends Error {
  constructor(readonly fault: Fault, field: string) {
    super(`${fault}: ${field}`);
  }
}

const VARINT_MAX = 0xffff_ffff;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Takes fields off the front. */
export class Reader {
  #at = 0;

  constructor(readonly all: Uint8Array) {}

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
    return this.bytes(1, field)[0]!;
  }

  u16(field: string): number {
    const [high, low] = this.bytes(2, field);
    return high! * 256 + low!;
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

/** Puts fields at the end. */
export class Writer {
  readonly #bytes: number[] = [];

  get all(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  bytes(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }

  u8(value: number): void {
    this.#bytes.push(value);
  }

  u16(value: number): void {
    this.#bytes.push(value >>> 8, value & 0xff);
  }

  varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes.push((rest % 0x80) + 0x80);
    this.#bytes.push(rest);
  }

  blob(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.bytes(bytes);
  }

  text(text: string): void {
    this.blob(new TextEncoder().encode(text));
  }
}

export function utf8(bytes: Uint8Array, field: string): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new WireError('utf8', field);
  }
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function fromHex(hex: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/.test(hex)) throw new Error(`no hex: ${hex}`);
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}
