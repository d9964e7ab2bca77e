// Fields of the wire, read off the front and appended, written from protocol/SPEC.md alone.

export type ErrorKind =
  | 'empty'
  | 'truncated'
  | 'type'
  | 'channel'
  | 'varint'
  | 'utf8'
  | 'limit'
  | 'value'
  | 'order';

export class WireError extends Error {
  constructor(readonly kind: ErrorKind) {
    super(kind);
  }
}

// R-STR-1: what is not UTF-8 is refused; a byte order mark is a character like others.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

export const toText = (bytes: Uint8Array): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new WireError('utf8');
  }
};

export class Reader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get isEmpty(): boolean {
    return this.at === this.bytes.length;
  }

  take(count: number): Uint8Array {
    if (count > this.bytes.length - this.at) throw new WireError('truncated');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  u8(): number {
    return this.take(1)[0]!;
  }

  // R-VAR-1
  u16(): number {
    const [high, low] = this.take(2);
    return high! * 256 + low!;
  }

  // R-VAR-2, R-VAR-3, R-VAR-4
  varint(): number {
    let value = 0;
    for (let index = 0; index < 5; index += 1) {
      const byte = this.u8();
      if (index === 4 && byte > 0x0f) throw new WireError('varint');
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) {
        if (byte === 0 && index > 0) throw new WireError('varint');
        return value;
      }
    }
    throw new WireError('varint');
  }

  count(most: number): number {
    const count = this.varint();
    if (count > most) throw new WireError('limit');
    return count;
  }

  // R-STR-2, R-STR-3
  blob(most: number): Uint8Array {
    return this.take(this.count(most));
  }

  text(most: number, least = 0): string {
    const bytes = this.blob(most);
    if (bytes.length < least) throw new WireError('limit');
    return toText(bytes);
  }

  end(): void {
    if (!this.isEmpty) throw new WireError('value');
  }
}

export class Writer {
  readonly bytes: number[] = [];

  u8(...values: number[]): this {
    this.bytes.push(...values);
    return this;
  }

  u16(...values: number[]): this {
    for (const value of values) this.u8(value >> 8, value & 0xff);
    return this;
  }

  varint(value: number): this {
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.u8((rest % 128) + 128);
    return this.u8(rest);
  }

  raw(bytes: Iterable<number>): this {
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }

  blob(bytes: Uint8Array): this {
    return this.varint(bytes.length).raw(bytes);
  }

  text(text: string): this {
    return this.blob(new TextEncoder().encode(text));
  }
}
