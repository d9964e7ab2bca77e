import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import packed from '../wasm/bytes.js';
import { inflate } from '../src/inflate.js';
import { inflateRawSync } from 'node:zlib';

it('unpacks what zlib packed, whichever blocks it chose', () => {
  const text = fc.array(fc.constantFrom('the ', 'cursor ', 'of ', '\u0000', 'z'), { maxLength: 3_000 });
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 70_000 }),
    text.map((words) => new TextEncoder().encode(words.join(''))),
  );
  fc.assert(
    fc.property(bytes, fc.constantFrom(0, 1, 6, 9), fc.constantFrom(0, 4), (source, level, strategy) => {
      const unpacked = inflate(deflateRawSync(source, { level, strategy }));
      expect(Buffer.compare(unpacked, source)).toBe(0);
    }),
  );
});

it('unpacks the core that is shipped', () => {
  const bytes = Buffer.from(packed, 'base64');
  expect(Buffer.compare(inflate(bytes), inflateRawSync(bytes))).toBe(0);
});

it('says that damaged bytes are damaged', () => {
  expect(() => inflate(Uint8Array.of(0b101, 0xff, 0xff, 0xff))).toThrow();
});
