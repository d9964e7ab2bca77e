/** Names and colours, given in a fixed order: the same test shows the same people each time. */

const ADJECTIVES = ['Agile', 'Brave', 'Calm', 'Daring', 'Eager', 'Fair', 'Gentle', 'Happy'];
const ANIMALS = ['Alpaca', 'Badger', 'Camel', 'Deer', 'Eagle', 'Fox', 'Gecko', 'Heron'];

/** Colours that the server gives, too: white text is readable on each. */
const PALETTE = [
  0xc62828, 0xad1457, 0x7b1fa2, 0x512da8, 0x303f9f, 0x1565c0, 0x00707c, 0x2e7d32, 0x8d5b00,
];

/** What of a name may be shown: composed, without what is not seen; undefined if that is all. */
export function cleanName(name: string | undefined): string | undefined {
  const visible = name?.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, '');
  return visible?.normalize('NFC').trim() || undefined;
}

/**
 * An anonymous name that nobody has: the first one after the `given` that were given already, as
 * who had one of these may come back. With all 64 taken, one occurs twice.
 */
export function freeName(taken: readonly string[], given: number): string {
  const names = ADJECTIVES.length * ANIMALS.length;
  const nth = (n: number) => {
    const row = Math.floor((n % names) / ADJECTIVES.length);
    return `${ADJECTIVES[n % ADJECTIVES.length]} ${ANIMALS[(n + row) % ANIMALS.length]}`;
  };
  for (let n = given; n < given + names; n++) if (!taken.includes(nth(n))) return nth(n);
  return nth(given);
}

/** The first of the colours that the fewest have. */
export function freeColor(taken: readonly number[]): number {
  const uses = PALETTE.map((color) => taken.filter((one) => one === color).length);
  return PALETTE[uses.indexOf(Math.min(...uses))] as number;
}
