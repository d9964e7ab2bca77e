import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';

const dist = (name: string) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));

/** What a script prints in a Node of its own; it must end by itself, so nothing is left running. */
function node(source: string, kind: 'module' | 'commonjs'): string {
  const run = spawnSync(process.execPath, ['--input-type', kind, '-e', source], {
    encoding: 'utf8',
    timeout: 10_000,
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  expect([run.stderr, run.status]).toEqual(['', 0]);
  return run.stdout.trim();
}

/** Fails when importing compiles wasm, starts a timer or leaves something on the global object. */
const WATCH = `
  const before = Reflect.ownKeys(globalThis).length;
  for (const name of ['setTimeout', 'setInterval', 'queueMicrotask']) {
    globalThis[name] = () => { throw new Error(name + ' at import'); };
  }
  for (const name of ['compile', 'instantiate', 'Module', 'Instance']) {
    WebAssembly[name] = () => { throw new Error('WebAssembly.' + name + ' at import'); };
  }
`;
const REPORT = `console.log(Reflect.ownKeys(globalThis).length - before, typeof mote.createClient)`;

describe('importing defines and does nothing else', () => {
  it('as an ES module in Node', () => {
    expect(node(`${WATCH} const mote = await import('@mote/presence'); ${REPORT}`, 'module')).toBe(
      '0 function',
    );
  });

  it('as CommonJS in Node', () => {
    expect(node(`${WATCH} const mote = require('@mote/presence'); ${REPORT}`, 'commonjs')).toBe(
      '0 function',
    );
  });

  it('as a plain script in a page', () => {
    const script = readFileSync(dist('index.global.js'), 'utf8');
    const page = new JSDOM(`<script>${script}</script>`, { runScripts: 'dangerously' });
    expect(page.window.eval('Object.keys(Mote).sort().join()')).toBe(
      'MoteError,VERSION,createClient,fromFraction,load,surfaceMatrix,toFraction',
    );
    page.window.close();
  });
});

describe('on a server', () => {
  it('a client can be made, also with an address relative to the page, and then says why it cannot enter a room', () => {
    const source = `
      import { createClient } from '@mote/presence';
      const client = createClient({ url: '/ws' });
      console.log(client.getStatus());
      try { client.enterRoom('r'); } catch (error) { console.log(error.message); }
    `;
    expect(node(source, 'module').split('\n')).toEqual([
      'initial',
      'enterRoom was called where there is no page (on the server?): enter rooms in an effect or ' +
        'event handler, or give createClient a WebSocket, like "ws"',
    ]);
  });
});

describe('the core', () => {
  it('is compiled once for all copies of the package in a page', () => {
    const source = `
      import { load } from '@mote/presence';
      import { createRequire } from 'node:module';
      let compiled = 0;
      const { compile } = WebAssembly;
      const wasm = await import('node:fs').then((fs) => fs.readFileSync('dist/core_bg.wasm'));
      // Node compiles wasm of its own, too.
      WebAssembly.compile = (bytes) => (compiled += bytes === wasm ? 1 : 0, compile(bytes));
      const copy = createRequire(process.cwd() + '/x.js')('@mote/presence');
      await Promise.all([load(wasm), copy.load(wasm), load(wasm)]);
      await load(wasm);
      console.log(compiled);
    `;
    expect(node(source, 'module')).toBe('1');
  });

  it('of another version is refused in a sentence', () => {
    const source = `
      import { load, VERSION } from '@mote/presence';
      import { readFileSync } from 'node:fs';
      const wasm = readFileSync('dist/core_bg.wasm');
      wasm.set(Buffer.from('9'), wasm.indexOf(Buffer.from(VERSION)));
      await load(wasm).catch((error) => console.log(error.message));
    `;
    expect(node(source, 'module')).toMatch(
      /^@mote\/presence: core\.wasm is of version 9\.1\.0 and the JavaScript of 0\.1\.0: load both from the same release/,
    );
  });

  it('that a Content-Security-Policy forbids is reported with what to add to the policy', () => {
    const source = `
      import { load } from '@mote/presence';
      import { readFileSync } from 'node:fs';
      const wasm = readFileSync('dist/core_bg.wasm');
      const { compile } = WebAssembly;
      WebAssembly.compile = async (bytes) => {
        if (bytes !== wasm) return compile(bytes);
        throw new WebAssembly.CompileError("Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not an allowed source of script");
      };
      await load(wasm).catch((error) => console.log(error.message));
    `;
    expect(node(source, 'module')).toContain(
      "forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src",
    );
  });
});
