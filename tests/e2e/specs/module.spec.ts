// The SDK on a plain page, without a bundler.

import { expect, test } from '../support/test.ts';

const FIVE_LINES = `<!doctype html>
<title>Plain</title>
<link rel="icon" href="data:,">
<script type="module">
  import { createClient } from '/sdk/index.js';
  const client = createClient({ url: 'ws://' + location.host + '/ws' });
  const { room } = client.enterRoom('lobby', { name: 'Plain Page' });
  addEventListener('pointermove', (e) => room.updateCursor({ x: e.clientX / innerWidth, y: e.clientY / innerHeight }));
  room.subscribe('others', (others) => { document.title = others.map((user) => user.name).join(); });
</script>`;

const IMPORT_ONLY = `<!doctype html>
<title>Waiting</title>
<link rel="icon" href="data:,">
<script type="module">
  import { createClient } from '/sdk/index.js';
  const client = createClient({ url: 'ws://' + location.host + '/ws' });
  window.enter = () => client.enterRoom('lobby', { name: 'Late' });
  document.title = 'Imported';
</script>`;

test('five lines on a plain page show others and are seen by them', async ({ arrive, page, mote }) => {
  const visitor = await arrive();
  await page.route('**/plain.html', (route) => route.fulfill({ contentType: 'text/html', body: FIVE_LINES }));
  await page.goto(`${mote.url}/plain.html`);
  await expect(page).toHaveTitle(await visitor.name());

  const row = visitor.people.filter({ hasText: 'Plain Page' });
  await expect(row).toHaveCount(1);
  const viewport = page.viewportSize() ?? { width: 0, height: 0 };
  await page.mouse.move(viewport.width / 4, viewport.height / 2);
  await visitor.seesCursorAt((await row.getAttribute('data-user')) ?? '', { x: 0.25, y: 0.5 });
});

test('importing the SDK opens no socket, entering a room opens one', async ({ page, mote }) => {
  let sockets = 0;
  page.on('websocket', () => (sockets += 1));
  await page.route('**/plain.html', (route) => route.fulfill({ contentType: 'text/html', body: IMPORT_ONLY }));
  await page.goto(`${mote.url}/plain.html`);
  await expect(page).toHaveTitle('Imported');
  await page.waitForLoadState('networkidle');
  expect(sockets).toBe(0);

  await page.evaluate(() => (window as unknown as { enter: () => void }).enter());
  await expect.poll(() => sockets).toBe(1);
});
