// The pictures: docs/demo.png for the README, and others to look at in results/.

import path from 'node:path';
import { repository } from '../support/paths.ts';
import { DESKTOP, expect, PHONE, test } from '../support/test.ts';

const PICTURES = [
  { name: 'demo', file: path.join(repository, 'docs/demo.png'), context: DESKTOP },
  { name: 'dark', file: 'results/demo-dark.png', context: { ...DESKTOP, colorScheme: 'dark' } },
  { name: 'phone', file: 'results/demo-phone.png', context: PHONE },
  { name: 'phone, dark', file: 'results/demo-phone-dark.png', context: { ...PHONE, colorScheme: 'dark' } },
] as const;

for (const { name, file, context } of PICTURES) {
  test(`picture: ${name}`, async ({ arrive }) => {
    const person = await arrive({ ...context, reducedMotion: 'no-preference' }, '/?room=offsite');
    await person.rename('Ada');
    for (let bots = 0; bots < 5; bots += 1) await person.button('Add a bot');
    await person.sees(6);
    await person.page.evaluate(() => scrollTo(0, 0));
    // A lively moment: everybody on the board, somewhere apart, and two places picked.
    await expect(person.page.locator('#cursors .cursor[data-shown]')).toHaveCount(5);
    await expect.poll(() => person.page.locator('.card[data-picked]').count(), { timeout: 60_000 }).toBeGreaterThan(1);
    await expect.poll(() => person.page.evaluate(nearestTags), { timeout: 60_000, intervals: [50] }).toBeGreaterThan(90);
    await person.page.screenshot({ path: file });
  });
}

/** The least distance between two cursors, in pixels. */
function nearestTags(): number {
  const boxes = [...document.querySelectorAll('#cursors .cursor')].map((node) => node.getBoundingClientRect());
  const gaps = boxes.flatMap((a, at) => boxes.slice(at + 1).map((b) => Math.hypot(a.x - b.x, a.y - b.y)));
  return Math.min(...gaps);
}
