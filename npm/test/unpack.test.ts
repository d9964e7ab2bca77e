import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import packed from '../wasm/bytes.js';
import { lettersOf } from '../build/letters.mjs';
import { pack } from '../build/pack.mjs';
import { bytesOf } from '../src/letters.js';
import { inSlices } from '../src/slices.js';
import { unpack } from '../src/unpack.js';

const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const CODE_SECTION = 10;
const same = async (source: Uint8Array): Promise<void> => {
  expect(Buffer.compare(await inSlices(unpack(await pack(source))), source)).toBe(0);
};

it('reads any bytes from a text that stands in a string as it is', () => {
  const readsBack = (bytes: Uint8Array) => {
    const text = lettersOf(bytes);
    expect(text).toMatch(/^[#-[\]-_a-z]*$/);
    expect(bytesOf(text)).toEqual(bytes);
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), readsBack));
});

it('unpacks any module, also one whose code is none', async () => {
  const instruction = fc.constantFrom(
    [0x20, 1],
    [0x41, 0xff, 0],
    [0x0e, 2, 0, 1, 0],
    [0xfc, 10, 0, 0],
    [0x44, 1, 2, 3, 4, 5, 6, 7, 0x80],
    [0x36, 2, 4],
    [0x10, 5],
    [0x0b],
  );
  const code = fc.oneof(
    fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 100 }),
    fc.array(instruction, { maxLength: 30 }).map((all) => [1, 2, 1, 0x7f, 1, 0x7e, ...all.flat()]),
  );
  const module = fc
    .tuple(fc.array(code, { maxLength: 20 }), fc.uint8Array({ maxLength: 200 }))
    .map(([bodies, rest]) => {
      const whole = bodies.flatMap((body) => [body.length, ...body]);
      const size = [((whole.length + 1) % 128) | 128, (whole.length + 1) >> 7];
      return Uint8Array.from([...MAGIC, CODE_SECTION, ...size, bodies.length, ...whole, ...rest]);
    });
  await fc.assert(fc.asyncProperty(module, same), { numRuns: 20 });
});

it('unpacks a module without code, and bytes that do not pack at all', async () => {
  await same(Uint8Array.from(MAGIC));
  await same(Uint8Array.from([...MAGIC, ...Array<number>(3_000).fill(0)]));
  await same(
    Uint8Array.from({ length: 3_000 }, (_, i) => (i < 8 ? MAGIC[i]! : Math.imul(i, i + 7919) >> 3)),
  );
});

it('unpacks the core that is shipped', async () => {
  const wasm = readFileSync(new URL('../dist/core_bg.wasm', import.meta.url));
  expect(Buffer.compare(await inSlices(unpack(bytesOf(packed))), wasm)).toBe(0);
});

it('lets the page do something else meanwhile', async () => {
  let tasks = 0;
  const count = () => (tasks += 1);
  const timer = setInterval(count);
  await inSlices(unpack(bytesOf(packed)));
  clearInterval(timer);
  expect(tasks).toBeGreaterThan(3);
});
