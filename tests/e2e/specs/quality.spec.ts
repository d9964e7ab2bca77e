// The page itself: accessible in both colour schemes, usable by keyboard, nothing sticking out.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DESKTOP, expect, PHONE, test } from '../support/test.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no accessibility violation, ${colorScheme}`, async ({ arrive }) => {
    const person = await arrive({ ...DESKTOP, colorScheme });
    await person.button('Add a bot');
    await person.sees(2);
    await person.page.evaluate(axe);
    const violations = await person.page.evaluate(async () => {
      const { run } = (window as unknown as { axe: typeof import('axe-core') }).axe;
      // What is half faded in has half its contrast.
      await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
      const { violations: found } = await run();
      return found.map(
        ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`,
      );
    });
    expect(violations).toEqual([]);
  });
}

test('the page is usable by keyboard', async ({ arrive }) => {
  const [person, other] = [await arrive(), await arrive()];
  await person.page.getByRole('button', { name: 'Lisbon' }).focus();
  await person.page.keyboard.press('Enter');
  await expect(other.page.locator('[data-card="lisbon"] .picks .avatar')).toHaveCount(1);

  const seen = other.page.waitForSelector('[data-reaction="bolt"]', { state: 'attached' });
  await person.page.getByRole('button', { name: 'Bolt' }).focus();
  await person.page.keyboard.press('Space');
  await seen;
});

for (const [name, context] of [
  ['a phone', PHONE],
  ['a desktop', DESKTOP],
] as const) {
  test(`nothing sticks out of ${name}'s window`, async ({ arrive }) => {
    const person = await arrive(context);
    const [content, window] = await person.page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(content).toBeLessThanOrEqual(window ?? 0);
  });
}
