/**
 * The wasm: unpacked, compiled and instantiated when the first room is entered, never at import,
 * and once a page even when this package is bundled into it twice.
 */
import makeGlue from '../wasm/glue.js';
import type { Glue } from './core.js';
import { encode } from './presence.js';
import { text } from './records.js';
import { VERSION } from './version.js';

/** A running wasm instance. */
export interface Instance {
  Core: Glue['Core'];
  memory: { readonly buffer: ArrayBuffer };
  /** Whether something in it crashed: nothing may be called in it any more. */
  isDead: boolean;
  /** Called once, when it crashed. */
  onDeath: Set<(reason: string) => void>;
}

/** What `load` takes: the bytes of `@mote/presence/core.wasm`, or where they come from. */
export type WasmSource = BufferSource | WebAssembly.Module | Response | PromiseLike<Response>;

/** Shared by every copy of this version in the page. */
interface Shared {
  module?: Promise<WebAssembly.Module> | undefined;
  instance?: Promise<Instance> | undefined;
}

type Exports = { [name: string]: WebAssembly.ExportValue };

const KEY = Symbol.for(`@mote/presence@${VERSION}`);

/** How this entry of the package finds its wasm: each entry says so, before anything is called. */
let find: () => WebAssembly.Module | Promise<WebAssembly.Module>;

/** Says how the wasm is found where `load` is not called. */
export function findWasm(how: typeof find): void {
  find = how;
}

function shared(): Shared {
  const global = globalThis as { [KEY]?: Shared };
  return (global[KEY] ??= {});
}

/**
 * Loads the wasm from `source` instead of from the copy inlined in the JavaScript: for example
 * `load(fetch(url))` with the package's `core.wasm`, compiled while it arrives. Call it before the
 * first room is entered; it is never necessary. Rejects when the wasm is of another version.
 */
export async function load(source: WasmSource): Promise<void> {
  const page = shared();
  if (page.instance) return;
  page.module = compile(source);
  await getInstance();
}

/** The page's instance; a new one when the last one crashed. */
export function getInstance(): Promise<Instance> {
  const page = shared();
  page.instance ??= instantiate(page).catch((error: unknown) => {
    // The next room that is entered tries again.
    page.instance = page.module = undefined;
    throw explained(error);
  });
  return page.instance;
}

async function instantiate(page: Shared): Promise<Instance> {
  page.module ??= found();
  const instance: Instance = { isDead: false, onDeath: new Set() } as never;
  // Glue keeps its instance in variables of its own: each instance gets its own glue.
  const guard = (exports: object) => guarded(exports as Exports, instance);
  const glue = makeGlue(guard, encode, text) as Glue;
  const { memory } = await glue.default(await page.module);
  const version = glue.version();
  if (version !== VERSION) {
    throw new Error(
      `@mote/presence: core.wasm is of version ${version} and the JavaScript of ${VERSION}: ` +
        'load both from the same release',
    );
  }
  return Object.assign(instance, { Core: glue.Core, memory });
}

/**
 * The exports, so that whatever is thrown through one buries the instance: a trap leaves its memory
 * in any state, be it in a call of ours, in a socket's listener or in a timer. Nothing is thrown
 * on: the application is told by an error event, and in Node an exception in a listener would end
 * the process.
 */
function guarded(exports: Exports, instance: Instance): Exports {
  const guard =
    (call: (...args: unknown[]) => unknown) =>
    (...args: unknown[]) => {
      try {
        return call(...args);
      } catch (error) {
        bury(instance, error instanceof Error ? error.message : String(error));
        return undefined;
      }
    };
  return Object.fromEntries(
    Object.entries(exports).map(([name, item]) => [
      name,
      typeof item === 'function' ? guard(item as never) : item,
    ]),
  );
}

/** Marks an instance as crashed and tells everyone who uses it, soon. */
function bury(instance: Instance, reason: string): void {
  if (instance.isDead) return;
  instance.isDead = true;
  shared().instance = undefined;
  queueMicrotask(() => {
    for (const tell of [...instance.onDeath]) tell(reason);
  });
}

async function found(): Promise<WebAssembly.Module> {
  // Looking may take a few frames' time: not within the application's call of enterRoom.
  await new Promise((done) => setTimeout(done));
  return find();
}

async function compile(source: WasmSource): Promise<WebAssembly.Module> {
  const given = await source;
  if (given instanceof WebAssembly.Module) return given;
  if (typeof Response === 'undefined' || !(given instanceof Response)) {
    return compileBytes(given as BufferSource);
  }
  if (!given.ok) throw new Error(`@mote/presence: ${given.url} answered ${given.status}`);
  const isStreamable = given.headers.get('content-type')?.startsWith('application/wasm');
  return isStreamable
    ? WebAssembly.compileStreaming(given)
    : compileBytes(await given.arrayBuffer());
}

/**
 * By itself, without `await` in its argument: for the edge runtime, `next dev` puts a function that
 * is not async around each `WebAssembly.compile(…)`.
 */
function compileBytes(bytes: BufferSource): Promise<WebAssembly.Module> {
  return WebAssembly.compile(bytes);
}

function explained(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (/unsafe-eval|wasm-eval|content.security.policy|CSP/i.test(message)) {
    return new Error(
      "@mote/presence: the page's Content-Security-Policy forbids WebAssembly; add " +
        `'wasm-unsafe-eval' to its script-src. (${message})`,
      { cause: error },
    );
  }
  return error instanceof Error ? error : new Error(message);
}
