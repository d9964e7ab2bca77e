// The custom elements, from one script tag, on a page without a framework.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { violations } from '../support/axe.ts';
import { repository } from '../support/paths.ts';
import { expect, test } from '../support/test.ts';

const HEAD = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Elements</title>
<link rel="icon" href="data:,">
<script src="/element.js"></script>`;

/** What a page of a user's looks like; the name is the visitor's. */
const PAGE = `${HEAD}
<main><h1>Plain</h1>
  <mote-room url="/ws" room="plain">
    <mote-avatars max="3"></mote-avatars>
    <p><mote-count></mote-count> here, <mote-status></mote-status></p>
    <mote-cursors surface="document"></mote-cursors>
  </mote-room>
</main>
<script>
  const name = new URLSearchParams(location.search).get('name');
  if (name) document.querySelector('mote-room').setAttribute('name', name);
</script>`;

const OUTSIDE = `${HEAD}<main><mote-count></mote-count></main>`;

test.use({
  pages: {
    'element.js': readFileSync(path.join(repository, 'npm/dist/element.global.js'), 'utf8'),
    'plain.html': PAGE,
    'outside.html': OUTSIDE,
  },
});

const avatars = (page: Page) => page.locator('mote-avatars li');

test('two pages see each other: avatars, count, status, cursor', async ({ browser, mote }) => {
  const [ada, ben] = [await browser.newPage(), await browser.newPage()];
  await ada.goto(`${mote.url}/plain.html?name=Ada`);
  await expect(ada.locator('mote-status')).toHaveText('Live');
  await expect(ada.locator('mote-count')).toHaveText('1');
  await ben.goto(`${mote.url}/plain.html?name=${encodeURIComponent('<b>Ben</b>')}`);
  await expect(avatars(ada)).toHaveCount(2);
  await expect(ada.locator('mote-count')).toHaveText('2');
  await expect(avatars(ada).first()).toHaveAttribute('aria-label', 'Ada (you)');
  await expect(avatars(ada).last(), 'a name is text').toHaveAttribute('aria-label', '<b>Ben</b>');
  await ben.mouse.move(200, 100);
  const cursor = ada.locator('[data-mote-cursors] .cursor');
  await expect(cursor).toHaveCount(1);
  await expect(cursor).toContainText('<b>Ben</b>');
  expect(await violations(ada)).toEqual([]);
  await ben.close();
  await expect(cursor).toHaveCount(0);
});

test('a stack of three shows two of five people and says how many more there are', async ({
  browser,
  mote,
}) => {
  const pages = [];
  for (const name of ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve']) {
    const page = await browser.newPage();
    await page.goto(`${mote.url}/plain.html?name=${name}`);
    await expect(page.locator('mote-status')).toHaveText('Live');
    pages.push(page);
  }
  const [ada] = pages as [Page];
  await expect(avatars(ada)).toHaveText(['A', 'B', '+3']);
  await ada.locator('mote-avatars').evaluate((element) => element.setAttribute('max', '9'));
  await expect(avatars(ada)).toHaveText(['A', 'B', 'C', 'D', 'E']);
});

test('another room is entered when the attribute says so, and left when the element goes', async ({
  browser,
  mote,
}) => {
  const [ada, ben] = [await browser.newPage(), await browser.newPage()];
  await ada.goto(`${mote.url}/plain.html?name=Ada`);
  await ben.goto(`${mote.url}/plain.html?name=Ben`);
  await expect(ada.locator('mote-count')).toHaveText('2');
  await ben.locator('mote-room').evaluate((element) => element.setAttribute('room', 'another'));
  await expect(ada.locator('mote-count')).toHaveText('1');
  await expect(ben.locator('mote-count')).toHaveText('1');
  await ben.locator('mote-room').evaluate((element) => element.setAttribute('room', 'plain'));
  await expect(ada.locator('mote-count')).toHaveText('2');
  // Moved within the page: the same room, and nobody sees it leave.
  await ben.evaluate(() => document.body.append(document.querySelector('mote-room') as Element));
  await expect(ben.locator('mote-count')).toHaveText('2');
  await ben.locator('mote-room').evaluate((element) => element.remove());
  await expect(ada.locator('mote-count')).toHaveText('1');
});

test('an element outside of a room says so to the developer', async ({ page, mote }) => {
  const told = page.waitForEvent('console', (message) => message.type() === 'error');
  await page.goto(`${mote.url}/outside.html`);
  expect((await told).text()).toContain('<mote-count> shows nothing: put it into a <mote-room>');
});
