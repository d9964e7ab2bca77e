/** UTF-8, also where the classes for it are missing: Jest's jsdom has neither. */

// Asked for when used: a test's set-up may add them late.
let encoder: TextEncoder | undefined;
let decoder: TextDecoder | undefined;

/** A string as UTF-8. */
export function encode(text: string): Uint8Array {
  if (typeof TextEncoder === 'function') return (encoder ??= new TextEncoder()).encode(text);
  // Without its partner, a surrogate makes encodeURIComponent throw.
  const escaped = encodeURIComponent(wellFormed(text)).match(/%..|./g) ?? [];
  return Uint8Array.from(escaped, (byte) =>
    byte[1] ? Number(byte.replace('%', '0x')) : byte.charCodeAt(0),
  );
}

/** UTF-8 as a string. */
export function decode(bytes: Uint8Array): string {
  if (typeof TextDecoder === 'function') return (decoder ??= new TextDecoder()).decode(bytes);
  const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`);
  return decodeURIComponent(escaped.join(''));
}

/** Half a surrogate pair (an emoji cut in two) is no text that UTF-8 has: U+FFFD stands for it. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
