// Packs the wasm for index.js: the arithmetic encoder whose decoder is src/unpack.ts, on the same
// model.
import { build } from 'esbuild';
import { at } from './paths.mjs';

const CODE_SECTION = 10;

/** Packs a wasm module. */
export async function pack(module) {
  const walk = await model();
  const [from, to] = codeOf(module);
  const packed = [module.length, from, to].flatMap((n) => [n >> 16, (n >> 8) & 255, n & 255]);
  let low = 0;
  let range = 2 ** 32 - 1;
  const put = () => {
    // `low` may have outgrown four bytes: the fifth is added to what was written.
    if (low >= 2 ** 32) {
      let i = packed.length - 1;
      while (packed[i] === 255) packed[i--] = 0;
      packed[i]++;
      low -= 2 ** 32;
    }
    packed.push(Math.floor(low / 2 ** 24));
    low = (low % 2 ** 24) * 2 ** 8;
  };
  let next = 0;
  const steps = walk(module.length, from, to, (chance) => {
    const bit = (module[next >> 3] >> (7 - (next & 7))) & 1;
    next++;
    const ones = Math.floor(range * chance);
    if (bit) {
      range = ones;
    } else {
      low += ones;
      range -= ones;
    }
    while (range < 2 ** 24) {
      put();
      range *= 2 ** 8;
    }
    return bit;
  });
  while (!steps.next().done);
  for (let i = 0; i < 4; i++) put();
  return Uint8Array.from(packed);
}

/** `walk` of src/model.ts. */
async function model() {
  const { outputFiles } = await build({
    entryPoints: [at('src/model.ts')],
    bundle: true,
    write: false,
    format: 'esm',
  });
  const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`;
  return (await import(url)).walk;
}

/** Where the bodies of a module's functions begin and end. */
function codeOf(module) {
  for (let at = 8; at < module.length;) {
    const id = module[at];
    const size = leb128(module, at + 1);
    at = size.end + size.value;
    if (id === CODE_SECTION) return [leb128(module, size.end).end, at];
  }
  return [module.length, module.length];
}

function leb128(bytes, at) {
  for (let value = 0, unit = 1; ; unit *= 128) {
    const byte = bytes[at++];
    value += (byte & 127) * unit;
    if (byte < 128) return { value, end: at };
  }
}
