import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { utf8 } from '../src/utf8.js';

afterEach(() => vi.unstubAllGlobals());

/** Lone surrogates among them. */
const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
const texts = fc.oneof(fc.string({ unit }), fc.string({ unit: 'binary' }), fc.constant('%41 😀'));

it('without TextEncoder and TextDecoder text has the same bytes, and they the same text', () => {
  const decoding = new TextDecoder('utf-8', { ignoreBOM: true });
  const platform = { encoder: new TextEncoder(), decoder: decoding };
  vi.stubGlobal('TextEncoder', undefined);
  vi.stubGlobal('TextDecoder', undefined);
  const { TextEncoder: Encoder, TextDecoder: Decoder } = utf8();
  const [encoder, decoder] = [new Encoder(), new Decoder()];
  fc.assert(
    fc.property(texts, (text) => {
      const bytes = encoder.encode(text);
      const expected = platform.encoder.encode(text);
      expect([...bytes]).toEqual([...expected]);
      expect(decoder.decode(bytes)).toBe(platform.decoder.decode(expected));
    }),
  );
  expect(decoder.decode()).toBe('');
});

it('the classes of the platform are used where it has them', () => {
  expect(utf8()).toEqual({ TextEncoder, TextDecoder });
});
