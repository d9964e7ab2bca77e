/** The golden vectors, read by a codec that was written from the page (`wire/codec.ts`). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex, WireError } from './wire/bytes.js';
import { decode, type Direction, encode, type Message } from './wire/codec.js';
import { cases, files } from './wire/vectors.js';

const DIRECTIONS: Direction[] = ['client', 'server'];

describe.each(DIRECTIONS)('what a %s sends', (from) => {
  const valid = files(`${from}-`).flatMap((file) => cases(file).map((one) => ({ file, ...one })));

  it('has vectors', () => {
    expect(valid.length).toBeGreaterThan(20);
  });

  // R-FRM-1, R-FRM-4, R-VAR-1, R-VAR-2, R-STR-1, R-STR-2, R-CH-1, R-CUR-1, R-BAT-1, R-STA-3
  it.each(valid)('$file: $name', ({ says, bytes }) => {
    const messages = [says].flat() as Message[];
    expect(decode(from, bytes)).toEqual(messages);
    expect(toHex(encode(from, messages))).toBe(toHex(bytes));
  });

  it.each(cases(`invalid-${from}.hex`))('refuses $name', ({ says, bytes }) => {
    expect(faultOf(from, bytes)).toBe((says as { error: string }).error);
  });

  it('is bytes that come out again as they came in, or a fault', () => {
    const changed = fc.tuple(
      fc.constantFrom(...valid.map(({ bytes }) => bytes)),
      fc.nat(), fc.nat(255), fc.constantFrom('flip', 'insert', 'delete', 'cut'),
    ).map(([bytes, place, byte, how]) => perturbed(bytes, place, byte, how));
    fc.assert(fc.property(changed, (bytes) => {
      if (faultOf(from, bytes) !== undefined) return;
      expect(toHex(encode(from, decode(from, bytes)))).toBe(toHex(bytes));
    }), { numRuns: 2_000 });
  });
});

function faultOf(from: Direction, bytes: Uint8Array): string | undefined {
  try {
    decode(from, bytes);
    return undefined;
  } catch (error) {
    if (error instanceof WireError) return error.fault;
    throw error;
  }
}

function perturbed(bytes: Uint8Array, place: number, byte: number, how: string): Uint8Array {
  const all = [...bytes];
  const at = place % (all.length + 1);
  if (how === 'flip' && at < all.length) all[at] = byte;
  if (how === 'insert') all.splice(at, 0, byte);
  if (how === 'delete') all.splice(at, 1);
  if (how === 'cut') all.length = at;
  return Uint8Array.from(all);
}
