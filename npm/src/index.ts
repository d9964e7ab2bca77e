/** Live presence for web applications: who is here, where their cursors are, what they just did. */
export { fromFraction, toFraction } from './coords.js';
export { createClient } from './create.js';
export { load, type WasmSource } from './load.js';
export type * from './types.js';
export { VERSION } from './version.js';
