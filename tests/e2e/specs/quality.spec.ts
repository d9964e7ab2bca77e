// The page itself: accessible in both colour schemes, usable by keyboard, nothing sticking out.

import { violations } from '../support/axe.ts';
import { DESKTOP, expect, PHONE, test } from '../support/test.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no accessibility violation, ${colorScheme}`, async ({ arrive }) => {
    const person = await arrive({ ...DESKTOP, colorScheme });
    await person.button('Add a bot');
    await person.sees(2);
    expect(await violations(person.page)).toEqual([]);
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
