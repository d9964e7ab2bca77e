import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merge, type Obj } from '../src/json.js';
import { PATCH_BYTES_MAX, PRESENCE_BYTES_MAX } from '../src/limits.js';
import { byteLength, patched, patches, travelling } from '../src/presence.js';

describe('updatePresence', () => {
  it('replaces top-level keys and skips undefined', () => {
    const before = patched({}, { a: { x: 1 }, b: 2 }, 'presence');
    expect(patched(before, { a: { y: 1 }, b: undefined }, 'presence')).toEqual({
      a: { y: 1 },
      b: 2,
    });
  });

  it('keeps a null for its owner and sends none', () => {
    const presence = patched(
      {},
      { cursor: null, box: { w: 1, h: null }, list: [null] },
      'presence',
    );
    expect(presence).toEqual({ cursor: null, box: { w: 1, h: null }, list: [null] });
    expect(travelling(presence)).toEqual({ box: { w: 1 }, list: [null] });
  });

  it.each([null, 1, 'text', [1]])('refuses %j', (bad) => {
    expect(() => patched({}, bad, 'presence')).toThrow(
      'presence must be like { typing: true }, not ',
    );
  });

  it('refuses more than the limit and says the sizes', () => {
    const fits = { a: 'x'.repeat(PRESENCE_BYTES_MAX - 8) };
    expect(byteLength(JSON.stringify(patched({}, fits, 'presence')))).toBe(PRESENCE_BYTES_MAX);
    expect(() => patched(fits, { b: 1 }, 'presence')).toThrow(
      `presence must have at most ${PRESENCE_BYTES_MAX} bytes (store large things elsewhere), not ${PRESENCE_BYTES_MAX + 6}`,
    );
  });
});

describe('patches', () => {
  const text = fc.integer({ min: 0, max: 1_200 }).map((length) => 'ü'.repeat(length));
  // Keys that mean something to JavaScript are refused before it comes to patches.
  const key = (minLength: number, maxLength: number) =>
    fc
      .string({ minLength, maxLength })
      .filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));
  const large = fc.dictionary(
    key(1, 3),
    fc.oneof(text, fc.dictionary(key(0, 12), text)),
    {
      maxKeys: 30,
      noNullPrototype: true,
    },
  );
  const fitting = large.filter(
    (object) => byteLength(JSON.stringify(object)) <= PRESENCE_BYTES_MAX,
  ) as fc.Arbitrary<Obj>;

  it('lead from any presence to any other, each within a message and never over the limit between', () => {
    fc.assert(
      fc.property(fitting, fitting, (before, after) => {
        let state: Obj = before;
        for (const patch of patches(before, after)) {
          expect(byteLength(patch)).toBeLessThanOrEqual(PATCH_BYTES_MAX);
          state = merge(state, JSON.parse(patch)) as Obj;
          expect(byteLength(JSON.stringify(state))).toBeLessThanOrEqual(PRESENCE_BYTES_MAX);
        }
        expect(state).toEqual(after);
      }),
    );
  });

  it('are one when they fit', () => {
    expect(patches({ a: 1, b: 1 }, { b: 2 })).toEqual(['{"a":null,"b":2}']);
    expect(patches({ a: 1 }, { a: 1 })).toEqual([]);
  });

  it('are several when everything of a large presence is replaced', () => {
    const many = (name: string, value: number | string) =>
      Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${name}${i}`, value]));
    const before = { ...many('a', 'x'), shared: { old: 'x' } };
    const after = { ...many('b', 0), shared: { young: 'y' } };
    const several = patches(before, after);
    expect(several.length).toBeGreaterThan(1);
    let state: Obj = before;
    for (const patch of several) {
      expect(byteLength(patch)).toBeLessThanOrEqual(PATCH_BYTES_MAX);
      state = merge(state, JSON.parse(patch)) as Obj;
    }
    expect(state).toEqual(after);
  });
});
