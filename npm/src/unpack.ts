/**
 * LZMA, for the packed wasm: 14 % smaller than with deflate, and one way for every browser, which
 * DecompressionStream is not. After Igor Pavlov's specification (LZMA SDK, lzma-specification.txt).
 */

/** Offsets of the probabilities of one length coder, in the order of the specification. */
const LENGTH = { CHOICE: 0, CHOICE_2: 1, LOW: 2, MID: 130, HIGH: 258, COUNT: 514 };

/** Where each kind of probability begins. */
const IS_MATCH = 0;
const IS_REP = IS_MATCH + 192;
const IS_REP_0 = IS_REP + 12;
const IS_REP_1 = IS_REP_0 + 12;
const IS_REP_2 = IS_REP_1 + 12;
const IS_REP_0_LONG = IS_REP_2 + 12;
const SLOT = IS_REP_0_LONG + 192;
const SPECIAL = SLOT + 256;
const ALIGN = SPECIAL + 128;
const MATCH_LENGTH = ALIGN + 16;
const REP_LENGTH = MATCH_LENGTH + LENGTH.COUNT;
const LITERAL = REP_LENGTH + LENGTH.COUNT;

/** An .lzma file begins with its properties, 5 bytes, and its unpacked size, 8 bytes. */
const HEADER_BYTES = 13;

/**
 * Unpacks an .lzma file that says its size; for bytes that this package's build made, so with the
 * usual properties: literals depend on 3 bits of the byte before, matches on 2 bits of the
 * position.
 */
export function unpack(source: Uint8Array): Uint8Array<ArrayBuffer> {
  const size = new DataView(source.buffer, source.byteOffset).getUint32(5, true);
  const out = new Uint8Array(size);
  const chances = new Uint16Array(LITERAL + 0x300 * 8).fill(1024);

  let at = HEADER_BYTES + 1; // The first byte is always 0.
  let range = 0xffff_ffff;
  let code = 0;
  const feed = () => {
    code = ((code << 8) | (source[at++] ?? 0)) >>> 0;
  };
  for (let i = 0; i < 4; i++) feed();

  /**
   * Reads bits from `node` down a binary tree of probabilities, until the node is `limit` or more.
   */
  const walk = (base: number, node: number, limit: number): number => {
    // Almost all of the time is spent here, so it works on variables of its own.
    let r = range;
    let c = code;
    while (node < limit) {
      const index = base + node;
      const chance = chances[index] as number;
      const bound = (r >>> 11) * chance;
      node <<= 1;
      if (c < bound) {
        r = bound;
        chances[index] = chance + ((2048 - chance) >> 5);
      } else {
        r -= bound;
        c -= bound;
        chances[index] = chance - (chance >> 5);
        node |= 1;
      }
      if (r < 0x100_0000) {
        r = (r << 8) >>> 0;
        c = ((c << 8) | (source[at++] ?? 0)) >>> 0;
      }
    }
    range = r;
    code = c;
    return node;
  };
  const bit = (index: number) => walk(index - 1, 1, 2) & 1;
  const tree = (base: number, bits: number) => walk(base, 1, 1 << bits) - (1 << bits);
  const reverseTree = (base: number, bits: number): number => {
    let node = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const one = bit(base + node);
      node = (node << 1) | one;
      value |= one << i;
    }
    return value;
  };
  const direct = (bits: number): number => {
    let value = 0;
    for (let i = 0; i < bits; i++) {
      range >>>= 1;
      const one = code >= range ? 1 : 0;
      if (one) code -= range;
      value = (value << 1) | one;
      if (range < 0x100_0000) {
        range = (range << 8) >>> 0;
        feed();
      }
    }
    return value;
  };
  const lengthOf = (base: number, position: number): number => {
    if (!bit(base + LENGTH.CHOICE)) return tree(base + LENGTH.LOW + position * 8, 3);
    if (!bit(base + LENGTH.CHOICE_2)) return 8 + tree(base + LENGTH.MID + position * 8, 3);
    return 16 + tree(base + LENGTH.HIGH, 8);
  };
  const distanceOf = (length: number): number => {
    const slot = tree(SLOT + Math.min(length, 3) * 64, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const start = (2 | (slot & 1)) << bits;
    if (slot < 14) return start + reverseTree(SPECIAL + start - slot, bits);
    return start + (direct(bits - 4) << 4) + reverseTree(ALIGN, 4);
  };

  let state = 0;
  /** The last four distances, the newest first. */
  let recent = [0, 0, 0, 0];
  const literal = (end: number): number => {
    const before = end > 0 ? (out[end - 1] as number) : 0;
    const base = LITERAL + 0x300 * (before >> 5);
    let node = 1;
    if (state >= 7) {
      // After a match: the byte that would have continued it is a good guess until it is wrong.
      let guess = out[end - (recent[0] as number) - 1] as number;
      while (node < 0x100) {
        const guessed = (guess >> 7) & 1;
        guess <<= 1;
        const one = bit(base + ((1 + guessed) << 8) + node);
        node = (node << 1) | one;
        if (one !== guessed) break;
      }
    }
    return walk(base, node, 0x100);
  };

  for (let end = 0; end < size;) {
    const position = end & 3;
    if (!bit(IS_MATCH + state * 16 + position)) {
      out[end] = literal(end);
      end++;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let length: number;
    if (!bit(IS_REP + state)) {
      length = lengthOf(MATCH_LENGTH, position);
      recent = [distanceOf(length), ...recent.slice(0, 3)];
      state = state < 7 ? 7 : 10;
    } else {
      let isShort = false;
      if (bit(IS_REP_0 + state)) {
        const which = !bit(IS_REP_1 + state) ? 1 : !bit(IS_REP_2 + state) ? 2 : 3;
        recent = [recent[which] as number, ...recent.filter((_, i) => i !== which)];
      } else {
        isShort = !bit(IS_REP_0_LONG + state * 16 + position);
      }
      length = isShort ? -1 : lengthOf(REP_LENGTH, position);
      state = isShort ? (state < 7 ? 9 : 11) : state < 7 ? 8 : 11;
    }
    const back = (recent[0] as number) + 1;
    for (const stop = end + length + 2; end < stop; end++) out[end] = out[end - back] as number;
  }
  return out;
}
