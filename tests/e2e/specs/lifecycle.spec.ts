// What happens to a page while it is in use: the network goes, the page is left and come back to.

import { PlainBrowser } from '../support/plain-browser.ts';
import { expect, test } from '../support/test.ts';

test.use({ breaksLine: true });

test('a page that was offline is back when the network is', async ({ arrive, mote }) => {
  const [watcher, traveller] = [await arrive(), await arrive()];
  await watcher.sees(2);
  await traveller.page.context().setOffline(true);
  await mote.stop('SIGKILL');
  await mote.startAgain();
  await watcher.sees(1);
  await expect(traveller.status).not.toHaveText('Live');
  await traveller.page.context().setOffline(false);
  await watcher.sees(2);
  await expect(traveller.status).toHaveText('Live');
});

test('a page that the browser kept is there again after "back"', async ({ arrive, mote }) => {
  const watcher = await arrive();
  // Playwright's own browser keeps no pages.
  const plain = await PlainBrowser.start();
  try {
    const page = await plain.openTab(mote.url);
    await watcher.sees(2);
    await page.evaluate(() => Object.assign(window, { isKept: true }));
    await page.goto(`${mote.url}/healthz`);
    await expect(watcher.people.filter({ hasText: 'away' })).toHaveCount(1);
    // Playwright's goBack waits for a load, which a kept page does not have.
    await page.evaluate(() => history.back());
    await expect
      .poll(() => page.evaluate(() => 'isKept' in window), { message: 'the browser kept the page' })
      .toBe(true);
    await expect(watcher.people.filter({ hasText: 'away' })).toHaveCount(0);
    await watcher.sees(2);
    await expect(page.locator('#count')).toHaveText('2');
  } finally {
    await plain.close();
  }
});
