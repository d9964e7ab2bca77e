// The SDK on a plain page, without a bundler.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from '../support/paths.ts';
import { expect, test } from '../support/test.ts';

/** The README's first example as a page of its own: only the two addresses are this test's. */
function readmePage(): string {
  const readme = readFileSync(path.join(repository, 'README.md'), 'utf8');
  const example = /```ts\n([^`]*enterRoom[^`]*)```/.exec(readme)?.[1] ?? '';
  const script = example
    .replace('"@mote/presence"', '"/sdk/index.js"')
    .replace(/url: "[^"]*"/, 'url: "/ws"');
  const head = '<!doctype html><title>Plain</title><link rel="icon" href="data:,">';
  return `${head}<script type="module">${script}</script>`;
}

const IMPORT_ONLY = `<!doctype html>
<title>Waiting</title>
<link rel="icon" href="data:,">
<script type="module">
  import { createClient } from '/sdk/index.js';
  const client = createClient({ url: '/ws' });
  window.enter = () => client.enterRoom('lobby', { name: 'Late' });
  document.title = 'Imported';
</script>`;

test.use({ pages: { 'readme.html': readmePage(), 'import.html': IMPORT_ONLY } });

test("the README's five lines on a plain page show others and are seen by them", async ({
  arrive,
  page,
  mote,
}) => {
  const visitor = await arrive(undefined, '/?room=my-room');
  const name = await visitor.name();
  const told = page.waitForEvent('console', (message) => message.text().includes(name));
  await page.goto(`${mote.url}/readme.html`);
  await told;

  // By the whole name: "Amber Dolphin" with its initials before it has "ada" in its text, too.
  const row = visitor.people.filter({ has: visitor.page.getByText('Ada', { exact: true }) });
  await expect(row).toHaveCount(1);
  const viewport = page.viewportSize() ?? { width: 0, height: 0 };
  await page.mouse.move(viewport.width / 4, viewport.height / 2);
  await visitor.seesCursorAt((await row.getAttribute('data-user')) ?? '', { x: 0.25, y: 0.5 });
});

test('importing the SDK opens no socket, entering a room opens one', async ({ page, mote }) => {
  let sockets = 0;
  page.on('websocket', () => (sockets += 1));
  await page.goto(`${mote.url}/import.html`);
  await expect(page).toHaveTitle('Imported');
  await page.waitForLoadState('networkidle');
  expect(sockets).toBe(0);

  await page.evaluate(() => (window as unknown as { enter: () => void }).enter());
  await expect.poll(() => sockets).toBe(1);
});
