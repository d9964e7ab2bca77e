import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { decode, encode } from '../src/utf8.js';

afterEach(() => vi.unstubAllGlobals());

/** Lone surrogates among them. */
const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
const texts = fc.oneof(fc.string({ unit }), fc.string({ unit: 'binary' }), fc.constant('%41 😀'));

it('without TextEncoder and TextDecoder text has the same bytes, and they the same text', () => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const platform = { encoder: new TextEncoder(), decoder };
  vi.stubGlobal('TextEncoder', undefined);
  vi.stubGlobal('TextDecoder', undefined);
  fc.assert(
    fc.property(texts, (text) => {
      const bytes = encode(text);
      const expected = platform.encoder.encode(text);
      expect([...bytes]).toEqual([...expected]);
      expect(decode(bytes)).toBe(platform.decoder.decode(expected));
    }),
  );
  expect(decode(new Uint8Array())).toBe('');
});

it('the classes of the platform are used where it has them, also when it gets them late', () => {
  vi.stubGlobal('TextEncoder', undefined);
  vi.stubGlobal('TextDecoder', undefined);
  expect(decode(encode('ü'))).toBe('ü');
  vi.stubGlobal('TextEncoder', class { encode = () => Uint8Array.of(7) });
  vi.stubGlobal('TextDecoder', class { decode = () => 'seven' });
  expect(encode('ü')).toEqual(Uint8Array.of(7));
  expect(decode(Uint8Array.of(1))).toBe('seven');
});
