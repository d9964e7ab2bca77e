/**
 * The wasm: unpacked and compiled when the first room is entered, never at import, and once a page
 * even when this package is bundled into it twice. Each client has an instance of its own.
 */
import instantiate from '../wasm/glue.js';
import { type Core, type Exports, makeCore } from './core.js';
import { text } from './records.js';
import { VERSION } from './version.js';

/** A running wasm instance: a client's own. */
export interface Instance extends Pick<Exports, 'memory' | 'open'> {
  core: Core;
}

/** What an instance calls. */
export interface Hooks {
  /** A new socket to the address of a Redirect, or to the server's own if that is empty; or throws. */
  connect: (isProxied: boolean, redirect: string) => unknown;
  /** Something can be polled: soon, and not within this call. */
  wake: () => void;
  /** It crashed, and answers every call with 0 from now on. */
  crashed: (reason: string) => void;
}

/** What `load` takes: the bytes of `@mote/presence/core.wasm`, or where they come from. */
export type WasmSource = BufferSource | WebAssembly.Module | Response | PromiseLike<Response>;

/** Shared by every copy of this version in the page. */
interface Shared {
  module?: Promise<WebAssembly.Module> | undefined;
}

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
  await getModule(() => compile(source));
}

/** The page's module, which `make` makes where there is none. */
function getModule(make: () => Promise<WebAssembly.Module>): Promise<WebAssembly.Module> {
  const page = shared();
  page.module ??= make()
    .then(checked)
    .catch((error: unknown) => {
      // The next room that is entered tries again.
      page.module = undefined;
      throw explained(error);
    });
  return page.module;
}

/** A new instance. */
export async function getInstance({ connect, wake, crashed }: Hooks): Promise<Instance> {
  const module = await getModule(found);
  const guard = (exports: object) => guarded(exports as WebAssembly.Exports, crashed);
  const exports = (await instantiate(module, guard, text, connect, wake)) as Exports;
  return { ...exports, core: makeCore(exports) };
}

/** A module of this version, as the build wrote it into a section of its own. */
function checked(module: WebAssembly.Module): WebAssembly.Module {
  const [section] = WebAssembly.Module.customSections(module, 'version');
  const version = section && text(new Uint8Array(section));
  if (version === VERSION) return module;
  throw new Error(
    `@mote/presence: core.wasm is of version ${version} and the JavaScript of ${VERSION}: ` +
      'load both from the same release',
  );
}

/**
 * The exports, so that whatever is thrown through one buries the instance: a trap leaves its memory
 * in any state, be it in a call of ours or in a timer. Nothing is thrown on: the application is told
 * by an error event, and in Node an exception in a listener would end the process.
 */
function guarded(exports: WebAssembly.Exports, crashed: Hooks['crashed']): object {
  let isDead = false;
  const guard =
    (call: (...args: unknown[]) => unknown) =>
    (...args: unknown[]) => {
      if (isDead) return 0;
      try {
        return call(...args);
      } catch (error) {
        isDead = true;
        const reason = error instanceof Error ? error.message : String(error);
        // Not within the application's call.
        queueMicrotask(() => crashed(reason));
        return 0;
      }
    };
  return Object.fromEntries(
    Object.entries(exports).map(([name, item]) => [
      name,
      typeof item === 'function' ? guard(item as never) : item,
    ]),
  );
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
