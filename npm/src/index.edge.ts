/** The same for edge runtimes, whose bundlers take a file for a module when it is asked for so. */
import wasm from './core_bg.wasm?module';
import { findWasm } from './load.js';

findWasm(() => wasm);

export * from './api.js';
