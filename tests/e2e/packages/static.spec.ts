// Pages without a bundler, from a server that only knows files; and what the package says where it
// cannot run.

import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { repository } from '../support/paths.ts';
import { expect, test as base } from '../support/packages/test.ts';

const test = base.extend<{ site: string }>({
  /** The pages, and what the installed package has for them at `sdk/`. */
  site: async ({ folder }, use) => {
    const site = path.join(folder, 'static');
    await cp(path.join(folder, 'node_modules/@mote/presence/dist'), path.join(site, 'sdk'), {
      recursive: true,
    });
    await cp(path.join(folder, 'vanilla/page.js'), path.join(site, 'page.js'));
    await cp(path.join(repository, 'demo/plain'), path.join(site, 'plain'), { recursive: true });
    await use(site);
  },
});

test.use({ group: 'pages' });

test('<script type="module">: the example in one HTML file', async ({ site, serveFiles, meet }) => {
  await meet(`${await serveFiles(site)}/plain/`);
});

test('<script>: the package as a global', async ({ site, serveFiles, meet }) => {
  await meet(`${await serveFiles(site)}/script.html`);
});

test('load(): the wasm from an address', async ({ site, serveFiles, meet }) => {
  await meet(`${await serveFiles(site)}/load.html?wasm=sdk/core_bg.wasm`);
});

test('wasm of another version is refused in a sentence', async ({ site, serveFiles, open }) => {
  const { version } = JSON.parse(
    await readFile(path.join(site, '../node_modules/@mote/presence/package.json'), 'utf8'),
  );
  const wasm = await readFile(path.join(site, 'sdk/core_bg.wasm'));
  wasm.write('9', wasm.indexOf(version));
  await writeFile(path.join(site, 'sdk/other.wasm'), wasm);
  const { page } = await open(`${await serveFiles(site)}/load.html?wasm=sdk/other.wasm`);
  await expect(page.locator('#error')).toHaveText(
    new RegExp(`core.wasm is of version 9\\S+ and the JavaScript of ${version}: load both from`),
  );
});

test('a page whose policy allows wasm runs', async ({ site, serveFiles, meet }) => {
  await meet(`${await serveFiles(site, policy("'wasm-unsafe-eval'"))}/script.html`);
});

test('a page whose policy forbids wasm is told what to add to it', async ({
  site,
  serveFiles,
  open,
}) => {
  const { page } = await open(`${await serveFiles(site, policy(''))}/script.html`);
  await expect(page.locator('#error')).toContainText(
    "Content-Security-Policy forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src",
  );
  await expect(page.locator('#status')).toHaveText('disconnected');
});

function policy(more: string) {
  return { 'content-security-policy': `script-src 'self' 'unsafe-inline' ${more}` };
}
