/** The wasm as text inside the JavaScript: no second file, so no bundler needs to know of it. */
import packed from '../wasm/bytes.js';
import { bytesOf } from './letters.js';
import { inSlices } from './slices.js';
import { unpack } from './unpack.js';

/** Unpacks and compiles it. */
export async function inlined(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await inSlices(unpack(bytesOf(packed))));
}
