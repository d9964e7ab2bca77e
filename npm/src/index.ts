/** Live presence for web applications: who is here, where their cursors are, what they just did. */
// First, so that the packed wasm is at the bundle's beginning and not in the middle of the code,
// which compresses 1 KB worse.
import { inlined } from './inlined.js';
import { findWasm } from './load.js';

findWasm(inlined);

export * from './api.js';
