import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean, diff, equal, merge, type Obj, toJson } from '../src/json.js';
import type { Json } from '../src/types.js';

/** The algorithm of RFC 7386, section 2, word for word. */
function reference(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === 'object' && target !== null && !Array.isArray(target);
  const result: { [key: string]: unknown } = isObject ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = reference(result[name], value);
  }
  return result;
}

const isAllowed = (key: string) => !['__proto__', 'constructor', 'prototype'].includes(key);
// Few keys, so that the two sides often share one.
const key = fc
  .oneof(fc.constantFrom('a', 'b', 'c', '0', ''), fc.string({ maxLength: 3 }))
  .filter(isAllowed);
const { value } = fc.letrec<{ value: Json; object: Obj }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 0, 1, '', 'x'),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
}));
const object = fc.dictionary(key, value, {
  maxKeys: 5,
  noNullPrototype: true,
}) as fc.Arbitrary<Obj>;

describe('diff and merge', () => {
  it("a receiver that merges the patch has exactly the sender's object", () => {
    fc.assert(
      fc.property(object, object, (one, two) => {
        const before = merge({}, one) as Obj;
        const after = merge({}, two) as Obj;
        const patch = diff(before, after);
        expect(patch === undefined ? before : reference(before, patch)).toEqual(after);
      }),
      { numRuns: 2_000 },
    );
  });

  it('there is no patch exactly when nothing changed', () => {
    fc.assert(
      fc.property(object, object, (one, two) => {
        const [before, after] = [merge({}, one) as Obj, merge({}, two) as Obj];
        expect(diff(before, after) === undefined).toBe(equal(before, after));
        expect(diff(before, structuredClone(before))).toBeUndefined();
      }),
    );
  });

  it('our merge is the one of RFC 7386 and leaves its target as it was', () => {
    fc.assert(
      fc.property(value, value, (target, patch) => {
        const kept = structuredClone(target);
        expect(merge(target, patch)).toEqual(reference(target, patch));
        expect(target).toEqual(kept);
      }),
    );
  });

  it('carries the examples of RFC 7386, appendix A', () => {
    expect(merge({ a: 'b' }, { a: 'c' })).toEqual({ a: 'c' });
    expect(merge({ a: 'b', b: 'c' }, { a: null })).toEqual({ b: 'c' });
    expect(merge({ a: ['b'] }, { a: 'c' })).toEqual({ a: 'c' });
    expect(merge({ a: { b: 'c' } }, { a: { b: 'd', c: null } })).toEqual({ a: { b: 'd' } });
    expect(merge(['a', 'b'], ['c', 'd'])).toEqual(['c', 'd']);
    expect(merge([1, 2], { a: 'b', c: null })).toEqual({ a: 'b' });
    expect(merge({}, { a: { bb: { ccc: null } } })).toEqual({ a: { bb: {} } });
  });

  it('removes keys of nested objects and replaces arrays', () => {
    expect(diff({ a: { b: 1, c: 2 } }, { a: { c: 2 } })).toEqual({ a: { b: null } });
    expect(diff({ a: [1, 2] }, { a: [1] })).toEqual({ a: [1] });
    expect(diff({ a: { b: 1 } }, { a: [] })).toEqual({ a: [] });
  });
});

describe('what others send', () => {
  it('never puts a key on an object that reaches its prototype', () => {
    const evil = JSON.parse(
      '{"__proto__":{"x":1},"a":{"constructor":{"prototype":{"x":1}}},"b":1}',
    );
    expect(JSON.stringify(clean(evil))).toBe('{"a":{},"b":1}');
    expect(merge({}, clean(evil))).toEqual({ a: {}, b: 1 });
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('throws for nesting that could exhaust the stack', () => {
    const deep = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000));
    expect(() => clean(deep)).toThrow('nested too deep');
  });
});

describe('what the application gives', () => {
  it.each([
    [Number.NaN, 'presence.x must be JSON, not NaN'],
    [() => 1, 'presence.x must be JSON, not an instance of Function'],
    [new Date(0), 'presence.x must be JSON, not an instance of Date'],
    [new Map(), 'presence.x must be JSON, not an instance of Map'],
    [1n, 'presence.x must be JSON, not an instance of BigInt'],
    [[undefined], 'presence.x[0] must be JSON, not undefined'],
    [JSON.parse('{"__proto__":1}'), 'presence.x must not have the key "__proto__"'],
  ])('%s is refused with a sentence that names the place', (bad, message) => {
    expect(() => toJson({ x: bad }, 'presence')).toThrow(new TypeError(message));
  });

  it('is copied and frozen, so that later changes of the original are not seen', () => {
    const given = { a: { b: [1] }, none: undefined };
    const kept = toJson(given, 'presence');
    given.a.b.push(2);
    expect(kept).toEqual({ a: { b: [1] } });
    expect(Object.isFrozen((kept as Obj)['a'])).toBe(true);
  });

  it('is refused when it refers to itself', () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(() => toJson(loop, 'presence')).toThrow(
      /^presence(\.self)+\.s?e?l?… is circular, or nested over 127 levels deep$/,
    );
    expect(() => toJson({ a: [{ loop }] }, 'event')).toThrow(
      /^event\.a\[0\]\.loop(\.self)+\.?s?e?l?… is circular/,
    );
  });

  it('may hold the same object twice', () => {
    const shared = { x: 1 };
    expect(toJson([shared, { shared }], 'presence')).toEqual([{ x: 1 }, { shared: { x: 1 } }]);
  });

  it('is refused when it is nested too deep, without a path of a hundred steps', () => {
    const deep = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(toJson(deep(127), 'presence')).toEqual(deep(127));
    expect(() => toJson(deep(128), 'presence')).toThrow(
      /^presence[[\]0]{32}… is circular, or nested over 127 levels deep$/,
    );
  });
});

it('half a surrogate pair becomes U+FFFD, in values and in keys; whole pairs stay', () => {
  const cut = '👋'.slice(0, 1);
  expect(toJson({ [`k${cut}`]: [`${cut}!`, '👋'] }, 'presence')).toEqual({ 'k\uFFFD': ['\uFFFD!', '👋'] });
});
