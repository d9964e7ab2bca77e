/** Fields onto bytes. */
import { fromHex as read } from '../../src/inspector/wire/bytes.js';

export { toHex, WireError } from '../../src/inspector/wire/bytes.js';

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

export function fromHex(hex: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/.test(hex)) throw new Error(`no hex: ${hex}`);
  return read(hex);
}
