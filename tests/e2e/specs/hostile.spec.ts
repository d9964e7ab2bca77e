// What a hostile person says is shown as text, in every part that shows people, and changes nothing else.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { haunt, NAMES } from '../support/hostile.ts';
import { repository } from '../support/paths.ts';
import { expect, test } from '../support/test.ts';

const dist = (file: string): string => readFileSync(path.join(repository, 'npm/dist', file), 'utf8');

/** Elements, and the inspector of a client of its own. */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Haunted</title>
<link rel="icon" href="data:,">
<script type="importmap">
  { "imports": { "@mote/presence": "/sdk/index.js", "@mote/presence/inspector": "/inspector.js" } }
</script>
<script src="/element.js"></script>
<mote-room url="/ws" room="haunted">
  <mote-avatars max="20"></mote-avatars>
  <p><mote-count></mote-count> here, <mote-status></mote-status></p>
  <mote-cursors surface="document"></mote-cursors>
</mote-room>
<script type="module">
  import { createClient } from '@mote/presence';
  import { mountInspector } from '@mote/presence/inspector';
  const client = createClient({ url: '/ws' });
  const { room } = client.enterRoom('haunted');
  const seen = [];
  room.subscribe('error', () => {});
  room.subscribe('event', ({ event }) => seen.push(event));
  mountInspector(client);
  Object.assign(window, { room, seen });
</script>`;

test.use({
  pages: {
    'haunted.html': PAGE,
    'element.js': dist('element.global.js'),
    'inspector.js': dist('inspector.js'),
  },
});

/** What would show that a text became more than a text: everything that markup of theirs makes. */
async function harm(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const found: string[] = [];
    const look = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll('*')) {
        const acts = element.getAttributeNames().filter((name) => name.startsWith('on'));
        const isTheirs = element.matches('img[src="x"], script:not([src], [type])');
        if (acts.length > 0 || isTheirs) found.push(element.outerHTML);
        if (element.shadowRoot) look(element.shadowRoot);
      }
    };
    look(document);
    if ('owned' in window) found.push('a script of theirs ran');
    for (const prototype of [Object.prototype, Array.prototype, Function.prototype]) {
      if ('polluted' in prototype || 'card' in prototype) found.push('a prototype is polluted');
    }
    return found;
  });
}

test('the demo page shows names and states as text', async ({ arrive, browser, mote }) => {
  const ada = await arrive(undefined, '/?room=haunted');
  await haunt(browser, mote, 'haunted');
  await ada.sees(NAMES.length + 1);
  const shown = await ada.page.locator('.person:not([data-self]) .who').allInnerTexts();
  expect(shown.sort()).toEqual([...NAMES].sort());
  await expect(ada.page.locator('[data-mote-cursors] .cursor:not([data-gone])')).toHaveCount(
    NAMES.length,
  );
  expect(await harm(ada.page)).toEqual([]);
  // Who comes later is told of them in another way.
  const ben = await arrive(undefined, '/?room=haunted');
  await ben.sees(NAMES.length + 2);
  expect(await harm(ben.page)).toEqual([]);
});

test('so do avatars, cursors and the inspector, and what the SDK gives has no strange prototype', async ({
  browser,
  mote,
  page,
}) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  await page.goto(`${mote.url}/haunted.html`);
  await expect(page.locator('mote-status')).toHaveText('Live');
  await haunt(browser, mote, 'haunted');
  await expect(page.locator('mote-avatars li')).toHaveCount(NAMES.length + 2);
  await expect(page.locator('[data-mote-cursors] .cursor')).toHaveCount(NAMES.length);
  await page.getByRole('button', { name: 'Mote inspector: connected' }).click();
  await expect(page.locator('li[data-type="Event"]').first()).toBeVisible();
  await page.getByRole('tab', { name: 'Rooms' }).click();
  const rows = page.locator('section[data-room="haunted"] tbody tr');
  for (const name of NAMES) await expect(rows.filter({ hasText: name }).first()).toBeVisible();
  expect(await harm(page)).toEqual([]);

  const given = await page.evaluate(() => {
    type Given = { name: string; presence: object }[];
    const { room, seen } = window as unknown as { room: { getOthers(): Given }; seen: object[] };
    const isPlain = (value: object) => Object.getPrototypeOf(value) === Object.prototype;
    const people = room.getOthers().filter(({ presence }) => 'card' in presence);
    const objects = [...people.map(({ presence }) => presence), ...seen];
    return {
      people: people.length,
      plain: objects.every(isPlain),
      keys: objects.flatMap(Object.keys).filter((key) => key === '__proto__'),
    };
  });
  expect(given).toEqual({ people: NAMES.length, plain: true, keys: [] });
  expect(complaints).toEqual([]);

  // What is looked for is found when it is there.
  await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=0>'));
  expect(await harm(page)).toHaveLength(1);
});
