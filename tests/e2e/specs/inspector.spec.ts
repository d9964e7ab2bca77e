// The inspector on somebody's page: what it shows, what it does to the line, and that it goes.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { violations } from '../support/axe.ts';
import { repository } from '../support/paths.ts';
import { expect, test } from '../support/test.ts';

const inspector = readFileSync(path.join(repository, 'npm/dist/inspector.js'), 'utf8');

const PAGE = `<!doctype html>
<html lang="en">
<meta name="color-scheme" content="light dark">
<title>Somebody's page</title>
<link rel="icon" href="data:,">
<main><h1>A board</h1></main>
<script type="importmap">
  { "imports": { "@mote/presence": "/sdk/index.js", "@mote/presence/inspector": "/inspector.js" } }
</script>
<script type="module">
  import { createClient } from '@mote/presence';
  import { mountInspector } from '@mote/presence/inspector';
  const client = createClient({ url: '/ws' });
  const name = new URLSearchParams(location.search).get('name') ?? 'Ada';
  const { room } = client.enterRoom('board', { name, initialPresence: { tool: 'pen' } });
  room.subscribe('error', () => {});
  const unmount = mountInspector(client);
  Object.assign(window, { client, room, unmount });
</script>
</html>`;

test.use({
  pages: { 'inspected.html': PAGE, 'inspector.js': inspector },
  moteOptions: ['--heartbeat', '1s'],
});

interface Inspected {
  room: import('../../../npm/src/types.ts').Room;
  unmount: () => void;
}

/** Opens the page and its inspector. */
async function inspect(page: Page, url: string, name = 'Ada'): Promise<void> {
  await page.goto(`${url}/inspected.html?name=${encodeURIComponent(name)}`);
  await page.getByRole('button', { name: 'Mote inspector: connected' }).click();
}

function tab(page: Page, name: string): Promise<void> {
  return page.getByRole('tab', { name }).click();
}

const status = (page: Page): Locator => page.locator('header strong');

/** The round trip that the panel shows, in ms. */
async function roundTrip(page: Page): Promise<number> {
  return Number(/round trip (\d+) ms/.exec(await page.locator('header').innerText())?.[1] ?? NaN);
}

test('messages are listed decoded, with their bytes', async ({ page, mote }) => {
  await inspect(page, mote.url);
  await page.evaluate(() =>
    (window as unknown as Inspected).room.updatePresence({ tool: 'eraser' }),
  );
  const state = page.locator('li[data-type="State"][data-from="client"]').last();
  await expect(state).toContainText('{"tool":"eraser"}');

  const other = await page.context().newPage();
  await inspect(other, mote.url, 'Bo');
  await page.evaluate(() =>
    (window as unknown as Inspected).room.updateCursor({ x: 0.5, y: 0 }),
  );
  const cursor = page.locator('li[data-type="CursorUpdate"]').last();
  await expect(cursor).toContainText('x 0.5, y 0');
  await expect(cursor.locator('.size')).toHaveText('5 B');
  await cursor.locator('summary').focus();
  await page.keyboard.press('Enter');
  await expect(cursor.locator('pre').last()).toHaveText('0000  10 80 00 00 00');
  const heard = other.locator('li[data-from="server"]');
  await expect(heard.filter({ hasText: /x 0\.5, y 0|0\.5000 0/ })).toHaveCount(1);
});

test('the log can be filtered, paused, copied and cleared', async ({ page, mote, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await inspect(page, mote.url);
  const lines = page.locator('li');
  await expect(lines.filter({ hasText: 'Welcome' })).toHaveCount(1);
  await page.getByLabel('Show').selectOption('Welcome');
  await expect(lines).toHaveCount(1);
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByRole('status')).toHaveText('copied 1 lines');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^[\d:.]{12} ↓ Welcome board 21 B \| .*resume \(hidden\) \| a0 00/);

  await page.getByLabel('Show').selectOption('all messages');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(lines).toHaveCount(0);
  await page.evaluate(() => (window as unknown as Inspected).room.broadcastEvent({ type: 'hi' }));
  await expect(page.getByRole('status')).toHaveText(/^paused; [1-9]\d* went by since$/);
  await expect(lines).toHaveCount(0);
});

test('the roster shows who is there, and names are text', async ({ page, mote }) => {
  await inspect(page, mote.url);
  const other = await page.context().newPage();
  await inspect(other, mote.url, '<img src=x onerror=alert(1)>');
  await other.evaluate(() => {
    const { room } = window as unknown as Inspected;
    room.setActivity('idle');
    room.updateCursor({ x: 0.25, y: 0.75 });
  });
  await tab(page, 'Rooms');
  const board = page.locator('section[data-room="board"]');
  await expect(board).toContainText('connected · 2 in the room · you are #0 · channel 0');
  const row = board.locator('tbody tr').filter({ hasText: '<img src=x onerror=alert(1)>' });
  await expect(row.locator('td').nth(2)).toHaveText('idle');
  await expect(row.locator('td').nth(4)).toHaveText('0.250, 0.750');
  await expect(row.locator('td').nth(5)).toHaveText('{"tool":"pen"}');
  await expect(board.locator('tbody tr').first()).toContainText('Ada (you)');
  await expect(page.locator('[data-mote-inspector] img')).toHaveCount(0);
});

test('a cut is shown as what it is, and mended by the client', async ({ page, mote }) => {
  await inspect(page, mote.url);
  await tab(page, 'Faults');
  await page.getByRole('button', { name: 'Cut the line' }).click();
  await expect(page.locator('header')).toContainText('reconnects 1');
  await expect(status(page)).toHaveText('connected');
  await tab(page, 'Connection');
  const history = page.locator('table.history tbody tr');
  const cut = history.filter({ hasText: 'cut by the inspector (1006)' });
  await expect(cut.locator('td').nth(1)).toHaveText('reconnecting');
  await expect(history.first()).toContainText(/connected.*the line is open, after \d+ ms/);
});

test('latency lengthens the round trip, and goes again', async ({ page, mote }) => {
  await inspect(page, mote.url);
  await expect.poll(() => roundTrip(page)).toBeLessThan(150);
  await tab(page, 'Faults');
  await page.getByLabel('Latency of what is sent, ms').fill('200');
  await page.getByLabel('Latency of what is received, ms').fill('150');
  await expect.poll(() => roundTrip(page)).toBeGreaterThanOrEqual(350);
  await expect(page.locator('header')).toContainText('Faults: ↑ +200 ms, ↓ +150 ms');
  await page.getByRole('button', { name: 'End all faults' }).click();
  await expect.poll(() => roundTrip(page)).toBeLessThan(150);
  await expect(page.getByLabel('Latency of what is sent, ms')).toHaveValue('0');
});

test('a silence is found out, and the client is back when it ends', async ({ page, mote }) => {
  await inspect(page, mote.url);
  await tab(page, 'Faults');
  await page.getByLabel(/^Silence/).check();
  await expect(status(page)).toHaveText('reconnecting');
  await expect(page.locator('header')).toContainText('Faults: silence');
  await page.getByLabel(/^Silence/).uncheck();
  await page.getByRole('button', { name: 'Reconnect now' }).click();
  await expect(status(page)).toHaveText('connected');
  await tab(page, 'Rooms');
  await expect(page.locator('section[data-room="board"]')).toContainText('1 in the room');
});

test('the panel is used by keyboard alone', async ({ page, mote }) => {
  await page.goto(`${mote.url}/inspected.html`);
  const toggle = page.getByRole('button', { name: 'Mote inspector: connected' });
  await toggle.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'Messages' })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Rooms' })).toBeFocused();
  await expect(page.getByRole('tabpanel', { name: 'Rooms' })).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('tabpanel', { name: 'Faults' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tabpanel')).toHaveCount(0);
  await expect(toggle).toBeFocused();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no accessibility violation on any page of the panel, ${colorScheme}`, async ({
    page,
    mote,
  }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${mote.url}/inspected.html`);
    await expect(page.getByRole('button', { name: 'Mote inspector: connected' })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Mote inspector: connected' }).click();
    await expect(page.locator('li').filter({ hasText: 'Welcome' })).toHaveCount(1);
    await page.locator('summary').first().click();
    for (const name of ['Messages', 'Rooms', 'Connection', 'Faults']) {
      await tab(page, name);
      expect(await violations(page), name).toEqual([]);
    }
  });
}

test('unmounting leaves nothing behind and the connection as it is', async ({ page, mote }) => {
  let sockets = 0;
  page.on('websocket', () => (sockets += 1));
  await inspect(page, mote.url);
  await page.evaluate(() => {
    const own = window as unknown as Inspected & { drawn: number; ticked: number };
    Object.assign(own, { drawn: 0, ticked: 0 });
    own.unmount();
    const { requestAnimationFrame: draw, setInterval: tick } = window;
    window.requestAnimationFrame = (act) => ((own.drawn += 1), draw(act));
    window.setInterval = ((...args: Parameters<typeof tick>) => (
      (own.ticked += 1), tick(...args)
    )) as typeof tick;
  });
  await expect(page.locator('[data-mote-inspector]')).toHaveCount(0);
  const other = await page.context().newPage();
  await inspect(other, mote.url, 'Bo');
  const count = () => page.evaluate(() => (window as unknown as Inspected).room.getCount());
  await expect.poll(count).toBe(2);
  const after = await page.evaluate(() => {
    const { drawn, ticked } = window as unknown as { drawn: number; ticked: number };
    return [drawn, ticked];
  });
  expect([sockets, ...after]).toEqual([1, 0, 0]);
});
