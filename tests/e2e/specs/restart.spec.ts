// The server goes away and comes back: everybody recovers and is told the truth meanwhile.

import { expect, test } from '../support/test.ts';

test.use({ breaksLine: true });

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`after a restart of the server (${signal}) both are back by themselves`, async ({
    arrive,
    mote,
  }) => {
    const [first, second] = [await arrive(), await arrive()];
    await first.rename('Ada');
    await second.rename('Grace');
    await expect(first.people).toContainText(['Ada', 'Grace']);
    await expect(second.people).toContainText(['Grace', 'Ada']);
    await mote.stop(signal);
    for (const person of [first, second]) {
      await expect(person.status).toHaveAttribute('data-status', 'reconnecting');
      await expect(person.notice).toContainText('being opened again');
    }

    await mote.startAgain();
    for (const person of [first, second]) {
      await expect(person.status).toHaveText('Live', { timeout: 30_000 });
      await expect(person.notice).toBeHidden();
    }
    for (const person of [first, second]) await person.sees(2);
    await expect(first.people).toContainText(['Ada', 'Grace']);
    await expect(second.people).toContainText(['Grace', 'Ada']);

    await first.pointAt({ x: 0.25, y: 0.5 });
    await second.seesCursorAt(await first.id(), { x: 0.25, y: 0.5 });
  });
}
