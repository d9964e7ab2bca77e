// A tab that the browser froze: none of its scripts runs, and when one does its socket is gone.

import type { Page } from '@playwright/test';
import { lived, watchLife } from '../support/life.ts';
import { Line } from '../support/line.ts';
import { PlainBrowser } from '../support/plain-browser.ts';
import { page, Viewer } from '../support/surface.ts';
import { expect, test as base } from '../support/test.ts';

const test = base.extend<{ line: Line; ben: Viewer }>({
  line: async ({ mote }, use) => {
    const line = await Line.to(mote.url);
    await use(line);
    await line.close();
  },

  /** In a tab that can be frozen. */
  ben: async ({ line }, use) => {
    const plain = await PlainBrowser.start();
    try {
      const ben = await Viewer.of(await plain.openTab(`${line.url}/tab.html?name=Ben`), 'Ben');
      await ben.page.evaluate(watchLife);
      await use(ben);
    } finally {
      await plain.close();
    }
  },
});

test.use({ pages: { 'tab.html': page('<p>A tab</p>') }, breaksLine: true });

/** As a browser does with tabs in the background, behind another one. Showing it thaws it. */
async function freeze(tab: Page): Promise<void> {
  const context = tab.context();
  await context.newPage();
  await expect.poll(() => tab.evaluate(() => document.visibilityState)).toBe('hidden');
  const devtools = await context.newCDPSession(tab);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
}

const toldTo = async (viewer: Viewer) => (await viewer.page.evaluate(lived)).events;

test('a frozen tab whose line was lost thaws in its seat, and nobody saw it go', async ({
  arrive,
  line,
  ben,
}) => {
  const watcher = await arrive(undefined, '/?room=surfaces');
  await watcher.sees(2);
  await watcher.watchRoster();
  await freeze(ben.page);
  line.cut();
  line.mend();
  await ben.page.bringToFront();

  await expect.poll(() => toldTo(ben)).toEqual(['freeze', 'resume', 'reconnecting', 'connected']);
  expect(await ben.idNow(), 'the seat').toBe(ben.id);
  await ben.page.mouse.move(200, 100);
  await expect(watcher.cursorOf(`${ben.id}`)).toHaveCount(1);
  await watcher.sees(2);
  expect(await watcher.watched(), 'states of the list').toHaveLength(1);
});

test.describe('with a short grace', () => {
  test.use({ moteOptions: ['--resume-grace', '2s'] });

  test('a tab that was frozen for longer than its seat is kept comes again, once', async ({
    arrive,
    line,
    ben,
  }) => {
    const watcher = await arrive(undefined, '/?room=surfaces');
    await watcher.sees(2);
    await watcher.watchRoster();
    await freeze(ben.page);
    line.cut();
    await watcher.sees(1);

    // Shown while there is no line: that takes long enough to be told.
    await ben.page.bringToFront();
    const thawed = ['freeze', 'resume', 'reconnecting'];
    await expect.poll(() => toldTo(ben)).toEqual([...thawed, 'lost']);
    line.mend();
    await expect
      .poll(() => toldTo(ben), { timeout: 30_000 })
      .toEqual([...thawed, 'lost', 'connected', 'restored']);
    await watcher.sees(2);
    await ben.page.mouse.move(200, 100);
    await expect(watcher.cursorOf(`${await ben.idNow()}`)).toHaveCount(1);
    const people = (await watcher.watched()).map((state) => state.split(' ').length);
    expect(people, 'people in each state of the list').toEqual([2, 1, 2]);
  });
});
