import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compress } from 'lzma';
import packed from '../wasm/bytes.js';
import { unpack } from '../src/unpack.js';

const pack = (bytes: Uint8Array) => Uint8Array.from(compress(bytes, 9));

it('unpacks what an independent encoder packed', () => {
  const words = fc.constantFrom('the ', 'cursor ', 'of ', '\u0000\u0000\u0000\u0000', 'z', 'ab');
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }),
    fc.array(words, { maxLength: 2_000 }).map((all) => new TextEncoder().encode(all.join(''))),
    fc
      .uint8Array({ maxLength: 40 })
      .map((some) => Uint8Array.from({ length: 9_000 }, (_, i) => some[i % 41] ?? i >> 8)),
  );
  fc.assert(
    fc.property(bytes, (source) => {
      expect(Buffer.compare(unpack(pack(source)), source)).toBe(0);
    }),
    { numRuns: 20 },
  );
});

it('unpacks the core that is shipped', () => {
  const wasm = readFileSync(new URL('../dist/core_bg.wasm', import.meta.url));
  expect(Buffer.compare(unpack(Buffer.from(packed, 'base64')), wasm)).toBe(0);
});
