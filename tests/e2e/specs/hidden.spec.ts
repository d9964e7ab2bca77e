// A tab in the background for long: its timers run once a minute, and it is present all the same,
// also when its line is cut.
// The one long test: it only waits.

import { missBy } from '../support/miss.ts';
import { heardCursor, lived, watchLife } from '../support/life.ts';
import { Line } from '../support/line.ts';
import { PlainBrowser } from '../support/plain-browser.ts';
import { page, Viewer } from '../support/surface.ts';
import { expect, test } from '../support/test.ts';

/** Timers sleep a minute after a page was hidden; after five where it was still busy with loading. */
const FEATURE = 'IntensiveWakeUpThrottling:grace_period_seconds/60';

/** They sleep until the next whole minute, and then comes the second. */
const SLEEP_MS_MAX = 240_000;

/** A cursor is drawn where it was heard of after so long: twice the SDK's longest delay. */
const MOTION_MS_MAX = 500;

/** The page's own, in milliseconds; sent to it as text. */
const clock = () => performance.now();

test.use({
  pages: { 'tab.html': page('<p>A tab</p>') },
  // Ten minutes have thirty heartbeats of the usual twenty seconds; this test has as many.
  moteOptions: ['--heartbeat', '5s', '--resume-grace', '5s'],
});

test('a tab whose timers sleep for minutes stays present, and is up to date when shown', async ({
  arrive,
  mote,
}) => {
  test.setTimeout(SLEEP_MS_MAX + 60_000);
  const room = '/?room=surfaces';
  const [watcher, leaver] = [await arrive(undefined, room), await arrive(undefined, room)];
  const plain = await PlainBrowser.start(FEATURE);
  const line = await Line.to(mote.url);
  try {
    const tab = await plain.openTab(`${line.url}/tab.html?name=Ben`);
    const ben = await Viewer.of(tab, 'Ben');
    await watcher.sees(3);
    await watcher.pointAt({ x: 0.2, y: 0.2 });
    await expect(ben.page.locator('[data-mote-cursors] .cursor')).toHaveCount(1);
    await tab.evaluate(watchLife);
    await watcher.watchRoster();

    await plain.openTab('about:blank');
    await expect.poll(() => tab.evaluate(() => document.visibilityState)).toBe('hidden');
    const isAsleepAgain = async () => {
      const { longestSleep_ms, asleep_ms } = await tab.evaluate(lived);
      return longestSleep_ms > 50_000 && asleep_ms > 10_000;
    };
    await expect
      .poll(isAsleepAgain, { timeout: SLEEP_MS_MAX, intervals: [2_000] })
      .toBe(true);

    const told = async () => (await tab.evaluate(lived)).events;
    expect(await told(), 'what the tab was told').toEqual([]);
    line.cut();
    line.mend();
    await expect.poll(told).toEqual(['reconnecting', 'connected']);
    expect(await ben.idNow(), 'the seat').toBe(ben.id);
    await watcher.sees(3);
    expect(await watcher.watched(), 'states of the list').toHaveLength(1);

    await leaver.button('Leave the room');
    const late = await arrive(undefined, room);
    await watcher.sees(3);
    await watcher.pointAt({ x: 0.7, y: 0.6 });
    const watcherId = await watcher.id();
    await late.seesCursorAt(watcherId, { x: 0.7, y: 0.6 });
    const heard = () => tab.evaluate(heardCursor, Number(watcherId));
    const miss = async () => missBy(await heard(), { x: 0.7, y: 0.6 });
    await expect.poll(miss, { message: 'a fraction of the surface' }).toBeLessThan(0.001);
    const heardAt = await tab.evaluate(clock);
    await expect.poll(() => tab.evaluate(clock)).toBeGreaterThan(heardAt + MOTION_MS_MAX);

    await tab.bringToFront();
    await expect.poll(async () => (await tab.evaluate(lived)).shown !== null).toBe(true);
    const { shown } = await tab.evaluate(lived);
    expect(shown?.others).toEqual([Number(watcherId), Number(await late.id())]);
    const [width, height] = await tab.evaluate(() => [innerWidth, innerHeight]);
    const drawn = shown?.cursors[watcherId] ?? null;
    expect(missBy(drawn, { x: 0.7 * (width ?? 0), y: 0.6 * (height ?? 0) })).toBeLessThan(1);
    expect(await told()).toHaveLength(2);
  } finally {
    await plain.close();
    await line.close();
  }
  await watcher.sees(2);
});
