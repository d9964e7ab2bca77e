// The pictures: docs/demo.png for the README, and others to look at in results/.

import path from 'node:path';
import { repository } from '../support/paths.ts';
import { DESKTOP, expect, PHONE, test } from '../support/test.ts';

const PICTURES = [
  { name: 'demo', file: path.join(repository, 'docs/demo.png'), context: DESKTOP },
  { name: 'dark', file: 'results/demo-dark.png', context: { ...DESKTOP, colorScheme: 'dark' } },
  { name: 'phone', file: 'results/demo-phone.png', context: PHONE },
  {
    name: 'phone, dark',
    file: 'results/demo-phone-dark.png',
    context: { ...PHONE, colorScheme: 'dark' },
  },
] as const;

for (const { name, file, context } of PICTURES) {
  test(`picture: ${name}`, async ({ arrive }) => {
    const person = await arrive({ ...context, reducedMotion: 'no-preference' }, '/?room=offsite');
    await person.rename('Ada');
    for (let bots = 0; bots < 5; bots += 1) await person.button('Add a bot');
    await person.sees(6);
    await person.page.evaluate(() => scrollTo(0, 0));
    await expect(person.page.locator('[data-mote-cursors] .cursor')).toHaveCount(5);
    await expect
      .poll(() => person.page.evaluate(isLively), { timeout: 120_000, intervals: [40] })
      .toBe(true);
    await person.page.screenshot({ path: file });
  });
}

/** A good moment: cursors all over the board, no two too near, some places picked, a reaction. */
function isLively(): boolean {
  const board = document.querySelector('#surface')?.getBoundingClientRect() ?? new DOMRect();
  const layer = document.querySelector('[data-mote-cursors]')?.shadowRoot;
  const cursors = [...(layer?.querySelectorAll('.cursor') ?? [])].map((node) =>
    node.getBoundingClientRect(),
  );
  const gaps = cursors.flatMap((a, at) =>
    cursors.slice(at + 1).map((b) => Math.hypot(a.x - b.x, a.y - b.y)),
  );
  const across = cursors.map((cursor) => (cursor.x - board.x) / board.width);
  const isSpread = Math.min(...gaps) > 80 && Math.max(...across) - Math.min(...across) > 0.5;
  const picks = document.querySelectorAll('.card[data-picked]').length;
  const reactions = document.querySelectorAll('#ripples .ripple').length;
  return isSpread && picks >= 2 && reactions >= 1;
}
