// Bytes as text for a string of JavaScript: what src/letters.ts reads.

/** The letters that a text is written in. */
const LETTERS = Array.from({ length: 88 }, (_, i) => String.fromCharCode(35 + i)).filter(
  (letter) => letter !== '\\' && letter !== '`',
);
/** So many stand for six bits, the rest for seven. */
const SHORT = 128 - LETTERS.length;

/** Writes bytes as text. */
export function lettersOf(bytes) {
  let text = '';
  let bits = 0;
  let count = 0;
  const put = () => {
    const six = (bits >> (count - 6)) & 63;
    const seven = (bits >> (count - 7)) & 127;
    text += LETTERS[six < SHORT ? six : seven - SHORT];
    count -= six < SHORT ? 6 : 7;
  };
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 7) put();
  }
  // What is left of the last byte, and zeros.
  if (count > 0) {
    bits <<= 7;
    count += 7;
    put();
  }
  return text;
}
