// Next.js as `create-next-app` leaves it: the example of demo/nextjs, with a route in the edge
// runtime beside it.

import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { made } from '../support/packages/folders.ts';
import { expect, test } from '../support/packages/test.ts';

test.use({ group: 'next' });

test.beforeEach(async ({ folder }) => {
  // Bundlers take what lies in node_modules for unchanged as long as its version is.
  await rm(path.join(folder, '.next'), { recursive: true, force: true });
});

const environment = () => ({ NEXT_PUBLIC_MOTE_URL: made().moteUrl });

/** The HTML of the page has its text, so the client components were rendered on the server. */
async function isRendered(url: string): Promise<void> {
  const html = await (await fetch(url)).text();
  expect(html).toContain('You are not alone on this page.');
  expect(html).toMatch(/<p id="status"[^>]*>initial<\/p>/);
}

/** The route in the edge runtime has the package, and two requests to it meet in a room. */
async function meetOnTheEdge(url: string, folder: string): Promise<void> {
  const manifest = path.join(folder, 'node_modules/@mote/presence/package.json');
  const { version } = JSON.parse(await readFile(manifest, 'utf8'));
  expect(await (await fetch(`${url}/edge`)).json()).toEqual({ version });
  const [server, room] = [encodeURIComponent(made().moteUrl), randomUUID()];
  const seenBy = async (name: string) =>
    await (await fetch(`${url}/edge?server=${server}&room=${room}&name=${name}`)).text();
  expect(await Promise.all([seenBy('Ada'), seenBy('Grace')])).toEqual([
    expect.stringContaining('"name":"Grace"'),
    expect.stringContaining('"name":"Ada"'),
  ]);
}

for (const bundler of ['turbopack', 'webpack']) {
  test(`next dev with ${bundler}`, async ({ folder, serve, meet }) => {
    const words = (port: number) => ['next', 'dev', `--${bundler}`, '--port', `${port}`];
    const url = await serve(words, environment());
    await isRendered(url);
    await meet(url);
    await meetOnTheEdge(url, folder);
  });

  test(`next build and next start with ${bundler}`, async ({ folder, run, serve, meet }) => {
    await run(['next', 'build', `--${bundler}`], environment());
    const url = await serve((port) => ['next', 'start', '--port', `${port}`]);
    await isRendered(url);
    await meet(url);
    await meetOnTheEdge(url, folder);
  });
}

// The last one, because it changes the folder.
test('a static export', async ({ folder, run, serveFiles, meet }) => {
  await writeFile(path.join(folder, 'next.config.mjs'), "export default { output: 'export' };\n");
  // An export has no server, so no routes.
  await rm(path.join(folder, 'app/edge'), { recursive: true });
  await run(['next', 'build'], environment());
  const url = await serveFiles(path.join(folder, 'out'));
  await isRendered(`${url}/`);
  await meet(`${url}/`);
});
