// Who is here: people appear when they come and vanish when they go, in the list and in the count.

import { expect, test } from '../support/test.ts';

test('somebody who comes appears, and vanishes at once by leaving', async ({ arrive }) => {
  const first = await arrive();
  await first.sees(1);
  const second = await arrive();
  await first.sees(2);
  await second.sees(2);
  await expect(first.people.filter({ hasText: '(you)' })).toHaveCount(1);
  await expect(first.page.locator(`.person[data-user="${await second.id()}"] .who`)).toHaveText(
    await second.name(),
  );

  await second.button('Leave the room');
  await first.sees(1);
  await expect(second.status).toHaveText('You left');
  await second.button('Join again');
  await first.sees(2);
  await expect(second.status).toHaveText('Live');
});

test.describe('with a short grace', () => {
  test.use({ moteOptions: ['--resume-grace', '2s'] });

  test('somebody who closes the page vanishes when the grace is over', async ({ arrive }) => {
    const [first, second] = [await arrive(), await arrive()];
    await second.pointAt({ x: 0.5, y: 0.5 });
    await expect(first.cursorOf(await second.id())).toHaveCount(1);
    await second.page.close();
    await first.sees(1);
    await expect(first.page.locator('[data-mote-cursors] .cursor')).toHaveCount(0);
  });
});

test('people in different rooms do not see each other', async ({ arrive }) => {
  const here = await arrive(undefined, '/?room=here');
  const there = await arrive(undefined, '/?room=there');
  await expect(there.page.locator('#room-name')).toHaveText('there');
  await here.sees(1);
  await there.sees(1);
});

test('a new name is seen by the others', async ({ arrive }) => {
  const [first, second] = [await arrive(), await arrive()];
  await second.rename('Grace Hopper');
  await expect(first.people.filter({ hasText: 'Grace Hopper' })).toHaveCount(1);
  await first.sees(2);
  await expect(second.people.filter({ hasText: '(you)' })).toContainText('Grace Hopper');
});
