/** Raw deflate (RFC 1951), for where there is no DecompressionStream. Small rather than fast. */

/** Unpacks `source`; for bytes that this package's build made, so it trusts them. */
export function inflate(source: Uint8Array): Uint8Array<ArrayBuffer> {
  let out = new Uint8Array(source.length * 4);
  let length = 0;
  let at = 0;
  let buffer = 0;
  let held = 0;

  const bits = (count: number): number => {
    while (held < count) {
      buffer |= (source[at++] ?? 0) << held;
      held += 8;
    }
    const value = buffer & ((1 << count) - 1);
    buffer >>>= count;
    held -= count;
    return value;
  };
  const put = (byte: number) => {
    if (length === out.length) {
      const larger = new Uint8Array(length * 2);
      larger.set(out);
      out = larger;
    }
    out[length++] = byte;
  };
  const symbol = ({ counts, symbols }: Codes): number => {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let size = 1; size < 16; size++) {
      code |= bits(1);
      const count = counts[size] as number;
      if (code - count < first) return symbols[index + code - first] as number;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new Error('the packed core is damaged');
  };
  const copy = (literals: Codes, distances: Codes) => {
    for (let code = symbol(literals); code !== 256; code = symbol(literals)) {
      if (code < 256) {
        put(code);
        continue;
      }
      const size = (LENGTHS[code - 257] as number) + bits(LENGTH_BITS[code - 257] as number);
      const far = symbol(distances);
      const back = (DISTANCES[far] as number) + bits(DISTANCE_BITS[far] as number);
      for (let i = 0; i < size; i++) put(out[length - back] as number);
    }
  };

  for (let isLast = 0; !isLast; ) {
    isLast = bits(1);
    const kind = bits(2);
    if (kind === 0) {
      held = buffer = 0;
      const size = (source[at] as number) | ((source[at + 1] as number) << 8);
      at += 4;
      for (let i = 0; i < size; i++) put(source[at++] as number);
    } else if (kind === 1) {
      const fixed = Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));
      copy(codes(fixed), codes(Array.from({ length: 30 }, () => 5)));
    } else {
      const literals = bits(5) + 257;
      const distances = bits(5) + 1;
      const sizes: number[] = Array.from({ length: 19 }, () => 0);
      const count = bits(4) + 4;
      for (let i = 0; i < count; i++) sizes[ORDER[i] as number] = bits(3);
      const table = codes(sizes);
      const all: number[] = [];
      while (all.length < literals + distances) {
        const code = symbol(table);
        if (code < 16) all.push(code);
        else if (code === 16) repeat(all, all.at(-1) as number, 3 + bits(2));
        else repeat(all, 0, code === 17 ? 3 + bits(3) : 11 + bits(7));
      }
      copy(codes(all.slice(0, literals)), codes(all.slice(literals)));
    }
  }
  return out.slice(0, length);
}

interface Codes {
  /** How many codes have each length. */
  counts: number[];
  /** The symbols in order of their codes. */
  symbols: number[];
}

function codes(sizes: number[]): Codes {
  const counts: number[] = Array.from({ length: 16 }, () => 0);
  const symbols: number[] = [];
  for (let size = 1; size < 16; size++) {
    sizes.forEach((own, symbol) => {
      if (own !== size) return;
      symbols.push(symbol);
      counts[size] = (counts[size] as number) + 1;
    });
  }
  return { counts, symbols };
}

function repeat(list: number[], value: number, times: number): void {
  for (let i = 0; i < times; i++) list.push(value);
}

const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
// RFC 1951, 3.2.5: extra bits of the length and distance codes, and where each code's range begins.
const LENGTH_BITS = Array.from({ length: 29 }, (_, i) => (i === 28 ? 0 : Math.max(0, (i >> 2) - 1)));
const LENGTHS = ranges(LENGTH_BITS, 3).map((base, i) => (i === 28 ? 258 : base));
const DISTANCE_BITS = Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1));
const DISTANCES = ranges(DISTANCE_BITS, 1);

function ranges(bits: number[], first: number): number[] {
  let next = first;
  return bits.map((count) => {
    next += 1 << count;
    return next - (1 << count);
  });
}
