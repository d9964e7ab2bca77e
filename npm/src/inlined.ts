/** The wasm as text inside the JavaScript: no second file, so no bundler needs to know of it. */
import packed from '../wasm/bytes.js';
import { unpack } from './unpack.js';

/** Unpacks and compiles it. */
export function inlined(): Promise<WebAssembly.Module> {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return WebAssembly.compile(unpack(bytes));
}
