/** The same where wasm is compiled before anything runs, and only then: Cloudflare Workers. */
import wasm from './core_bg.wasm';
import { findWasm } from './load.js';

findWasm(() => wasm);

export * from './api.js';
