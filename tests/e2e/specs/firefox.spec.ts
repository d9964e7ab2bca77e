// The two-page scenario in Firefox: two windows of two browsers, with profiles of their own.

import { expect, test as base } from '../support/test.ts';
import { Firefox } from '../support/firefox.ts';
import { FirefoxPerson } from '../support/firefox-person.ts';

const PLACES = [
  { x: 0.5, y: 0.45 },
  { x: 0.113, y: 0.871 },
  { x: 0.942, y: 0.064 },
];

const test = base.extend<{ pair: [FirefoxPerson, FirefoxPerson] }>({
  /** Two people on the demo page, whose windows are of different sizes. */
  pair: async ({ mote }, use) => {
    const sizes = [
      { width: 1440, height: 1000 },
      { width: 1024, height: 900 },
    ];
    const starts = await Promise.allSettled(sizes.map((size) => Firefox.start(size)));
    const open = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    try {
      for (const start of starts) if (start.status === 'rejected') throw start.reason;
      const [first, second] = open.map((firefox) => new FirefoxPerson(firefox));
      if (!first || !second) throw new Error('two windows were opened');
      await Promise.all([first.open(mote.url), second.open(mote.url)]);
      await use([first, second]);
    } finally {
      await Promise.all(open.map((firefox) => firefox.close()));
    }
  },
});

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

  test('who leaves, or closes Firefox, vanishes with their cursor', async ({ pair }) => {
    const [first, second] = pair;
    const [firstId, secondId] = [await first.id(), await second.id()];
    await second.pointAt({ x: 0.3, y: 0.6 });
    await first.seesCursorAt(secondId, { x: 0.3, y: 0.6 });
    await second.leave();
    await first.sees([firstId]);
    await first.seesNoCursorOf(secondId);

    await second.joinAgain();
    await first.sees([firstId, await second.id()]);
    await second.firefox.close();
    await first.sees([firstId]);
  });
});
