/** Unpacks the wasm: an arithmetic decoder in front of the model. `build/pack.mjs` packs. */
import { walk } from './model.js';

/** The coder's numbers are renewed byte by byte when the range falls below this. */
const RANGE_MIN = 2 ** 24;

/**
 * Unpacks what `pack` packed. It begins with three numbers of three bytes: the size
 * of the module, and where in it the bodies of its functions begin and end. Pauses now and then.
 */
export function* unpack(packed: Uint8Array): Generator<void, Uint8Array<ArrayBuffer>> {
  let at = 0;
  const byte = () => packed[at++] ?? 0;
  const number = () => (byte() << 16) | (byte() << 8) | byte();
  const [size, from, to] = [number(), number(), number()];
  let range = 2 ** 32 - 1;
  let code = number() * 2 ** 8 + byte();
  return yield* walk(size, from, to, (chance) => {
    // A one takes the lower part of the range.
    const ones = Math.floor(range * chance);
    const bit = +(code < ones);
    if (bit) {
      range = ones;
    } else {
      range -= ones;
      code -= ones;
    }
    while (range < RANGE_MIN) {
      range *= 2 ** 8;
      code = code * 2 ** 8 + byte();
    }
    return bit;
  });
}
