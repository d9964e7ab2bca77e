// What people do on the page: names, windows, bots, reactions, picks.

import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

test('a name with markup in it is shown as text', async ({ arrive }) => {
  const [first, second] = [await arrive(), await arrive()];
  const name = '<img src=x onerror=alert(1)>';
  let alerted = false;
  first.page.on('dialog', (dialog) => {
    alerted = true;
    void dialog.dismiss();
  });
  await second.rename(name);
  await expect(first.people.locator('.who').filter({ hasText: name })).toHaveCount(1);
  await second.pointAt({ x: 0.5, y: 0.5 });
  await expect(first.cursorOf(await second.id()).locator('.label')).toHaveText(name);
  await expect(first.page.locator('#people img, .cursor img, #stack img')).toHaveCount(0);
  expect(alerted).toBe(false);
});

test('bots come, move and go', async ({ arrive }) => {
  const [owner, watcher] = [await arrive(), await arrive()];
  await owner.button('Add a bot');
  await owner.button('Add a bot');
  await watcher.sees(4);
  await owner.sees(4);
  const bot = watcher.page.locator('.person', { hasText: 'bot' }).first();
  const id = (await bot.getAttribute('data-user')) ?? '';
  const whereIs = () => watcher.cursorOf(id).evaluate((node: HTMLElement) => node.style.transform);
  await expect(watcher.cursorOf(id)).toHaveCount(1);
  const before = await whereIs();
  await expect.poll(whereIs).not.toBe(before);

  await owner.button('Remove a bot');
  await watcher.sees(3);
  await owner.button('Remove a bot');
  await watcher.sees(2);
  await expect(owner.page.getByRole('button', { name: 'Remove a bot' })).toBeDisabled();
});

test('a second window is a second person, with a name of their own', async ({ arrive }) => {
  const first = await arrive();
  await first.rename('Ada');
  await expect(first.people).toContainText('Ada');
  const opened = first.page.context().waitForEvent('page');
  await first.button('Open a second window');
  const second = new Person(await opened);
  await second.sees(2);
  await first.sees(2);
  expect(await second.name()).not.toBe('Ada');
});

test('bots leave with the page that made them', async ({ arrive }) => {
  const [owner, watcher] = [await arrive(), await arrive()];
  await owner.button('Add a bot');
  await watcher.sees(3);
  const id = await owner.id();
  await owner.page.reload();
  await watcher.sees(2);
  await expect(owner.status).toHaveText('Live');
  expect(await owner.id()).toBe(id);
});

test('a reaction is seen by the others, where it happened', async ({ arrive }) => {
  const [first, second] = [await arrive(), await arrive()];
  await second.sees(2);
  const place = { x: 0.34, y: 0.9 };
  await first.page.getByRole('button', { name: 'Star' }).click();
  // Looked at in the page itself: a reaction is there for a second only.
  const seen = second.page.waitForFunction(() => {
    const ripple = document.querySelector('[data-reaction="star"]');
    return ripple
      ? { x: ripple.getBoundingClientRect().x, y: ripple.getBoundingClientRect().y }
      : null;
  });
  await first.clickAt(place);
  const drawn = (await (await seen).jsonValue()) ?? { x: 0, y: 0 };
  const meant = await second.onScreen(place);
  expect(Math.abs(drawn.x - meant.x)).toBeLessThanOrEqual(1);
  expect(Math.abs(drawn.y - meant.y)).toBeLessThanOrEqual(1);
  await expect(second.page.locator('[data-reaction]')).toHaveCount(0);
});

test('a pick is seen by the others, by those who come later, and goes with its owner', async ({
  arrive,
}) => {
  const [first, second] = [await arrive(), await arrive()];
  await first.page.getByRole('button', { name: 'Naxos' }).click();
  const pickOn = (person: typeof first) =>
    person.page.locator('[data-card="naxos"] .picks .avatar');
  await expect(pickOn(first)).toHaveCount(1);
  await expect(pickOn(second)).toHaveAttribute('data-user', await first.id());
  await expect(second.page.locator('[data-card="naxos"]')).toHaveAttribute('data-picked', '');
  await expect(second.page.locator('[data-card="naxos"]')).toHaveAttribute('aria-pressed', 'false');

  const third = await arrive();
  await expect(pickOn(third)).toHaveAttribute('data-user', await first.id());
  await first.button('Leave the room');
  await expect(pickOn(second)).toHaveCount(0);
  await expect(pickOn(third)).toHaveCount(0);
});
