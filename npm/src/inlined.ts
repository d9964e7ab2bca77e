/** The wasm as text inside the JavaScript: no second file, so no bundler needs to know of it. */
import packed from '../wasm/bytes.js';
import { inSlices } from './slices.js';
import { unpack } from './unpack.js';

/** Unpacks and compiles it. */
export async function inlined(): Promise<WebAssembly.Module> {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const wasm = await inSlices(unpack(bytes));
  return WebAssembly.compile(wasm);
}
