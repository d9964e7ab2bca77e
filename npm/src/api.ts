/** What each entry of the core exports, wherever its wasm comes from. */
export { fromFraction, surfaceMatrix, toFraction } from './coords.js';
export { createClient } from './create.js';
export { MoteError } from './error.js';
export { load, type WasmSource } from './load.js';
export type * from './types.js';
export { VERSION } from './version.js';
