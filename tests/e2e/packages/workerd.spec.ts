// Cloudflare's runtime, which compiles wasm before anything runs and refuses to later.

import { randomUUID } from 'node:crypto';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { made } from '../support/packages/folders.ts';
import { expect, test } from '../support/packages/test.ts';

test.use({ group: 'workerd' });

test('a Worker imports the package, and two requests meet in a room', async ({
  folder,
  run,
  serve,
}) => {
  // As Cloudflare's own tools do it: their conditions, and wasm left to the runtime.
  const bundle = 'esbuild worker.js --bundle --format=esm --conditions=workerd,worker,browser';
  await run([...bundle.split(' '), '--external:*.wasm', '--outdir=out']);
  const installed = path.join(folder, 'node_modules/@mote/presence');
  await cp(path.join(installed, 'dist/core_bg.wasm'), path.join(folder, 'out/core_bg.wasm'));
  const listen = (port: number) => `--socket-addr=http=127.0.0.1:${port}`;
  const url = await serve((port) => ['workerd', 'serve', 'config.capnp', listen(port)]);

  const { version } = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8'));
  expect(await (await fetch(url)).json()).toEqual({ version });
  const [server, room] = [encodeURIComponent(made().moteUrl), randomUUID()];
  const seenBy = async (name: string) =>
    await (await fetch(`${url}/?server=${server}&room=${room}&name=${name}`)).json();
  expect(await Promise.all([seenBy('Ada'), seenBy('Grace')])).toMatchObject([
    { name: 'Grace', x: expect.closeTo(0.25) },
    { name: 'Ada', y: expect.closeTo(0.75) },
  ]);
});
