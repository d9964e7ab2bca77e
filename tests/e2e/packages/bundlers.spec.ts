// Pages whose bundler is used as it comes: no loader, no plugin and no option for wasm.

import { cp } from 'node:fs/promises';
import path from 'node:path';
import { test } from '../support/packages/test.ts';

test.use({ group: 'pages' });

test('Vite: the development server', async ({ serve, meet }) => {
  await meet(await serve((port) => ['vite', 'vite', '--port', `${port}`, '--host', '127.0.0.1']));
});

test('Vite: what it builds', async ({ folder, run, serveFiles, meet }) => {
  await run(['vite', 'build', 'vite']);
  await meet(await serveFiles(path.join(folder, 'vite/dist')));
});

/** What makes a page's script; the folder for it comes last. */
const BUNDLERS = {
  webpack: 'webpack build --mode production --entry ./vanilla/main.js -o',
  'webpack, for development': 'webpack build --mode development --entry ./vanilla/main.js -o',
  Rollup: 'rollup vanilla/main.js --plugin node-resolve --format es --dir',
  esbuild: 'esbuild vanilla/main.js --bundle --minify --format=esm --outdir=',
};

for (const [name, command] of Object.entries(BUNDLERS)) {
  test(name, async ({ folder, run, serveFiles, meet }, testInfo) => {
    const built = `built/${testInfo.testId}`;
    await run(`${command} ${built}`.replace('= ', '=').split(' '));
    const site = path.join(folder, built);
    await cp(path.join(folder, 'vanilla/index.html'), path.join(site, 'index.html'));
    await meet(await serveFiles(site));
  });
}
