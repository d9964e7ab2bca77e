/** The entries that need no page, each in a Node of its own: no wasm, no timers, ESM and CommonJS. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** A script in a Node of its own; it must end by itself, so nothing is left running. */
function node(source: string, kind: 'module' | 'commonjs') {
  return spawnSync(process.execPath, ['--input-type', kind, '-e', source], {
    encoding: 'utf8',
    timeout: 10_000,
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
}

function printed(source: string, kind: 'module' | 'commonjs'): string {
  const { stdout, stderr, status } = node(source, kind);
  expect([stderr, status]).toEqual(['', 0]);
  return stdout.trim();
}

/** Nothing that is not there on an edge runtime or would keep a process alive. */
const BARE = `
  for (const name of ['WebAssembly', 'WebSocket', 'Buffer', 'process']) delete globalThis[name];
  for (const name of ['setTimeout', 'setInterval', 'setImmediate']) {
    globalThis[name] = () => { throw new Error(name + ' is called'); };
  }
`;

const TOKEN = `
  createToken({ secret: 'x'.repeat(32), account: 'a', rooms: { '*': ['read'] } })
    .then((token) => console.log(token.split('.').length));
`;

const WORLD = `
  const world = createTestWorld();
  const client = world.createClient();
  const { room } = client.enterRoom('r', { name: 'Ada' });
  world.createClient().enterRoom('r', { name: 'Bo' });
  world.settle().then(() => {
    client.goOffline(); // Neither time-outs nor the grace keep the process alive.
    console.log(room.getOthers().map((user) => user.name).join());
  });
`;

describe.each([
  ['server', 'createToken', TOKEN, '3'],
  ['testing', 'createTestWorld', WORLD, 'Bo'],
])('@mote/presence/%s', (entry, name, source, expected) => {
  it('works as an ES module, without wasm, timers or anything of Node', () => {
    const load = `const { ${name} } = await import('@mote/presence/${entry}');`;
    expect(printed(`${BARE}${load}${source}`, 'module')).toBe(expected);
  });

  it('works as CommonJS, too', () => {
    const load = `const { ${name} } = require('@mote/presence/${entry}');`;
    expect(printed(`${load}${BARE}${source}`, 'commonjs')).toBe(expected);
  });

  it('has no wasm in it', () => {
    for (const extension of ['js', 'cjs']) {
      const file = new URL(`../dist/${entry}.${extension}`, import.meta.url);
      expect(readFileSync(file, 'utf8')).not.toMatch(/WebAssembly|[A-Za-z0-9+/]{200}/);
    }
  });
});

it('listeners that answer each other for ever end a test with a sentence', () => {
  const source = `
    const { createTestWorld } = require('@mote/presence/testing');
    const world = createTestWorld();
    const [a, b] = [1, 2].map(() => world.createClient().enterRoom('r').room);
    for (const room of [a, b]) room.subscribe('event', () => room.broadcastEvent({ type: 'pong' }));
    world.settle().then(() => a.broadcastEvent({ type: 'ping' }));
  `;
  const { stderr, status } = node(source, 'commonjs');
  expect(status).toBe(1);
  expect(stderr).toContain('10000 steps without a rest: listeners answer each other for ever');
});
