/** Writes bytes as text; `bytesOf` of src/letters.ts reads it. */
export function lettersOf(bytes: Uint8Array): string;
