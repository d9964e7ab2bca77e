// A tab in the background stays present, although its timers hardly run. The one long test.

import { expect, test } from '../support/test.ts';
import { PlainBrowser } from '../support/plain-browser.ts';

const HIDDEN_MS = 60_000;

test.use({ moteOptions: ['--heartbeat', '5s', '--resume-grace', '2s'] });

test('a hidden tab is present for a minute, a dozen heartbeats long', async ({ arrive, mote }) => {
  test.setTimeout(HIDDEN_MS + 60_000);
  const watcher = await arrive();
  const other = await PlainBrowser.start();
  try {
    await other.openTab(mote.url);
    await watcher.sees(2);
    await other.openTab('about:blank');
    await expect(watcher.people.filter({ hasText: 'away' })).toHaveCount(1);
    await watcher.watchRoster();

    const until = Date.now() + HIDDEN_MS;
    await expect
      .poll(() => Date.now() >= until, { timeout: HIDDEN_MS + 5000, intervals: [1000] })
      .toBe(true);

    await watcher.sees(2);
    await expect(watcher.people.filter({ hasText: 'away' })).toHaveCount(1);
    await expect(watcher.status).toHaveText('Live');
    expect(await watcher.watched()).toHaveLength(1);
  } finally {
    await other.close();
  }
  await watcher.sees(1);
});
