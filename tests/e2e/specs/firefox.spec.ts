// The two-page scenario in Firefox: two windows of two browsers, with profiles of their own.

import { expect, test as base } from '../support/test.ts';
import { Firefox, START_MS_MAX } from '../support/firefox.ts';
import { FirefoxPerson } from '../support/firefox-person.ts';

const PLACES = [
  { x: 0.5, y: 0.45 },
  { x: 0.113, y: 0.871 },
  { x: 0.942, y: 0.064 },
];

const SIZES = [
  { width: 1440, height: 1000 },
  { width: 1024, height: 900 },
];

const test = base.extend<{ pair: [FirefoxPerson, FirefoxPerson] }, { windows: Firefox[] }>({
  // Starting a Firefox takes more than all that is done in it: one pair for all tests of this file.
  windows: [
    async ({}, use) => {
      const starts = await Promise.allSettled(SIZES.map((size) => Firefox.start(size)));
      const open = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
      try {
        for (const start of starts) if (start.status === 'rejected') throw start.reason;
        await use(open);
      } finally {
        await Promise.all(open.map((firefox) => firefox.close()));
      }
    },
    { scope: 'worker', timeout: 2 * START_MS_MAX },
  ],

  /** Two people on the demo page, whose windows are of different sizes. */
  pair: async ({ mote, windows }, use) => {
    const [first, second] = windows.map((firefox) => new FirefoxPerson(firefox));
    if (!first || !second) throw new Error('two windows were opened');
    await Promise.all([first.open(mote.url), second.open(mote.url)]);
    await use([first, second]);
  },
});

test.describe.configure({ mode: 'default' }); // in one worker, after each other

test('two Firefox windows see each other, and a reload is seen by nobody', async ({ pair }) => {
  const [first, second] = pair;
  const ids = [await first.id(), await second.id()];
  const [firstId = '', secondId = ''] = ids;
  expect(firstId).not.toBe(secondId);
  await first.sees(ids);
  await second.sees(ids);

  for (const place of PLACES) {
    await first.pointAt(place);
    await second.seesCursorAt(firstId, place);
    await second.pointAt(place);
    await first.seesCursorAt(secondId, place);
  }

  await first.watchRoster();
  for (let times = 0; times < 3; times += 1) {
    await second.reload();
    expect(await second.id(), 'the seat').toBe(secondId);
    await second.sees(ids);
  }
  await second.pointAt({ x: 0.6, y: 0.5 });
  await first.seesCursorAt(secondId, { x: 0.6, y: 0.5 });
  expect(await first.watched()).toHaveLength(1);
});

test.describe('with a short grace', () => {
  test.use({ moteOptions: ['--resume-grace', '2s'] });

  test('who leaves the room or the page vanishes with their cursor', async ({ pair }) => {
    const [first, second] = pair;
    const [firstId, secondId] = [await first.id(), await second.id()];
    await second.pointAt({ x: 0.3, y: 0.6 });
    await first.seesCursorAt(secondId, { x: 0.3, y: 0.6 });
    await second.leave();
    await first.sees([firstId]);
    await first.seesNoCursorOf(secondId);

    await second.joinAgain();
    await first.sees([firstId, await second.id()]);
    await second.firefox.goTo('about:blank');
    await first.sees([firstId]);
  });
});
