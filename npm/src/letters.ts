/**
 * Bytes as text for a string of JavaScript. Of ASCII there are 86 letters that no string and no
 * template has to escape, nor `${` and `<!--`. 42 stand for six bits and 44 for seven, as long as
 * their codes are in gzip and brotli: compressed, the text costs hardly more than the bytes.
 */
const FIRST = 35;
const SHORT = 42;
const BACKSLASH = 92;
const GRAVE_ACCENT = 96;

/** The bytes of a text that `lettersOf` of `build/letters.mjs` wrote. */
export function bytesOf(text: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const letter of text) {
    const code = letter.charCodeAt(0);
    const index = code - FIRST - +(code > BACKSLASH) - +(code > GRAVE_ACCENT);
    const isLong = +(index >= SHORT);
    bits = (bits << (6 + isLong)) | (index + SHORT * isLong);
    count += 6 + isLong;
    if (count > 7) bytes.push(bits >> (count -= 8));
  }
  return Uint8Array.from(bytes);
}
