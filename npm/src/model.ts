/**
 * The model behind the packed wasm. It guesses each bit from what came before, and an arithmetic
 * coder turns good guesses into few bytes: a fifth fewer than with LZMA, because it knows how wasm
 * is written. Several contexts guess; how far each is trusted is learned for each place in an
 * instruction (logistic mixing: Mahoney, "Adaptive Weighing of Context Models for Lossless Data
 * Compression", 2005).
 *
 * Packing and unpacking must reckon alike to the last bit in every engine. So there are only
 * operations that IEEE 754 prescribes exactly: no `Math.exp`.
 */
import { mix, places } from './places.js';

/** How many contexts guess, as `places.ts` has them. */
const GUESSES = 12;
/** Weights of one opcode: for each of a byte's eight bits. */
const WEIGHTS = 8 * GUESSES;
/** The table of chances has so many bits of slots, 64 bytes each: 16 MiB until it is collected. */
const SLOT_BITS = 18;
/** A chance is the mean of what was seen; when it has seen this much, the newer counts for more. */
const SEEN_MAX = 20;
/** The largest chance. Chances are signed; their last five bits count what was seen. */
const CERTAIN = 2 ** 31 - 32;
const LEARNING_RATE = 0.006;
/** After so many bytes there is a pause: some tenths of a millisecond. */
const PAUSE_BYTES = 128;

/** 1 ÷ (1 + e^−x), with e^−x as (1 − x ÷ 1024)^1024. */
function chanceOf(logit: number): number {
  let power = 1 - Math.max(-12, Math.min(12, logit)) / 1024;
  for (let i = 0; i < 10; i++) power *= power;
  return 1 / (1 + power);
}

/** The inverse of `chanceOf`, for chances of an odd number of 8192ths. */
function logits(): Float64Array {
  const table = new Float64Array(4096);
  for (let i = 0, logit = -12; i < 4096;) {
    if (chanceOf(logit) * 4096 < i + 0.5) logit += 1 / 256;
    else table[i++] = logit;
  }
  return table;
}

/**
 * Goes through a module's bytes; `code` is told the chance that the next bit is a one and says what
 * it is. From `from` to `to` are the bodies of the module's functions. Pauses after some bytes each.
 */
export function* walk(
  size: number,
  from: number,
  to: number,
  code: (chance: number) => number,
): Generator<void, Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(size);
  const placeOf = places(out, from, to);
  const logit = logits();
  const chances = new Int32Array(16 << SLOT_BITS);
  const byPart = new Float64Array(16 * GUESSES).fill(0.2);
  const byOpcode = new Float64Array(0x200 * WEIGHTS);
  const slots = new Int32Array(GUESSES);
  const guesses = new Float64Array(GUESSES);

  /** Four bits; `start` is 0 for a byte's first ones, and says for its last ones what the first are. */
  const nibble = (hashes: number[], start: number, part: number, opcode: number): number => {
    for (let i = 0; i < GUESSES; i++) {
      const hash = mix(hashes[i] as number, start * 16 + i);
      const slot = (slots[i] = (hash >>> (32 - SLOT_BITS)) << 4);
      // The first number of a slot says whose it is.
      if (chances[slot] !== hash) chances.fill(0, slot, slot + 16)[slot] = hash;
    }
    let node = 1;
    while (node < 16) {
      let sum = 0;
      for (let i = 0; i < GUESSES; i++) {
        const known = chances[(slots[i] as number) + node] as number;
        const guess = known && (logit[(known >> 20) + 2048] as number) * (1.3 - (known & 31) / 40);
        guesses[i] = guess;
        sum += guess * ((byPart[part + i] as number) + (byOpcode[opcode + i] as number));
      }
      const chance = chanceOf(sum);
      const bit = code(chance);
      for (let i = 0; i < GUESSES; i++) {
        const learned = (guesses[i] as number) * (bit - chance) * LEARNING_RATE;
        (byPart[part + i] as number) += learned / 2;
        (byOpcode[opcode + i] as number) += learned;
        const at = (slots[i] as number) + node;
        const known = chances[at] as number;
        const seen = known & 31;
        const moved = known + ((bit ? CERTAIN : -CERTAIN) - known) / (seen + 1.4);
        chances[at] = (moved & -32) | Math.min(seen + 1, SEEN_MAX);
      }
      node = node * 2 + bit;
      opcode += GUESSES;
    }
    return node & 15;
  };

  for (let at = 0; at < size; at++) {
    const place = placeOf(at);
    const part = place.part * GUESSES;
    const opcode = place.opcode * WEIGHTS;
    const high = nibble(place.hashes, 0, part, opcode);
    const low = nibble(place.hashes, high + 16, part, opcode + WEIGHTS / 2);
    out[at] = high * 16 + low;
    if (at % PAUSE_BYTES === 0) yield;
  }
  return out;
}
