// A tab is one person: through a reload, and beside its own duplicate.

import { expect, test } from '../support/test.ts';
import { Person } from '../support/person.ts';

test('a reload is seen by nobody: no ghost, no second person, no leave', async ({ arrive }) => {
  const [watcher, reloader] = [await arrive(), await arrive()];
  await watcher.sees(2);
  const [id, name] = [await reloader.id(), await reloader.name()];
  await watcher.watchRoster();

  for (let times = 0; times < 3; times += 1) {
    await reloader.pointAt({ x: 0.4, y: 0.5 });
    await expect(watcher.cursorOf(id)).toHaveCount(1);
    await reloader.page.reload();
    await expect(reloader.status).toHaveText('Live');
    await reloader.sees(2);
    expect(await reloader.id()).toBe(id);
    expect(await reloader.name()).toBe(name);
  }
  await reloader.pointAt({ x: 0.6, y: 0.5 });
  await watcher.seesCursorAt(id, { x: 0.6, y: 0.5 });
  expect(await watcher.watched()).toHaveLength(1);
});

test('a duplicate of a tab is a second person and does not push the first one out', async ({
  arrive,
}) => {
  const first = await arrive();
  await first.page.reload(); // so that this tab holds a seat that was taken up again
  await expect(first.status).toHaveText('Live');
  const id = await first.id();

  // A window that a page opens gets a copy of its session storage, as a duplicated tab does.
  const opened = first.page.waitForEvent('popup');
  await first.page.evaluate(() => void window.open(location.href, '_blank'));
  const duplicate = new Person(await opened);
  await expect(duplicate.status).toHaveText('Live');
  await duplicate.sees(2);
  await first.sees(2);
  expect(await duplicate.id()).not.toBe(id);
  expect(await first.id()).toBe(id);
  await expect(first.status).toHaveText('Live');

  await duplicate.pointAt({ x: 0.5, y: 0.5 });
  await expect(first.cursorOf(await duplicate.id())).toHaveCount(1);
});
