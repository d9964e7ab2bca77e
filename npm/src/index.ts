/** Live presence for web applications: who is here, where their cursors are, what they just did. */
// First, so that the packed wasm is at the bundle's beginning and not in the middle of the code,
// which compresses 1 KB worse.
export { load, type WasmSource } from './load.js';
export { fromFraction, toFraction } from './coords.js';
export { createClient } from './create.js';
export { MoteError } from './error.js';
export type * from './types.js';
export { VERSION } from './version.js';
