// The button that cuts the line for five seconds.

import { expect, test } from '../support/test.ts';

test.use({ breaksLine: true });

test('a line cut for five seconds is seen by nobody else, and the cursor goes on', async ({
  arrive,
}) => {
  const [watcher, cutter] = [await arrive(), await arrive()];
  const id = await cutter.id();
  await watcher.sees(2);
  await watcher.watchRoster();

  await cutter.button('Cut the line for 5 s');
  await expect(cutter.status).toHaveText('Line cut');
  await expect(cutter.notice).toContainText('You cut the line');
  await expect(cutter.status).toHaveText('Live', { timeout: 30_000 });

  expect(await cutter.id()).toBe(id);
  await cutter.pointAt({ x: 0.7, y: 0.5 });
  await watcher.seesCursorAt(id, { x: 0.7, y: 0.5 });
  await watcher.sees(2);
  expect(await watcher.watched()).toHaveLength(1);
});
