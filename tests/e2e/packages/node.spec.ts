// Where there is no page: Node itself, and test runners that pretend that there is one.

import { randomUUID } from 'node:crypto';
import { made } from '../support/packages/folders.ts';
import { expect, test } from '../support/packages/test.ts';

test.use({ group: 'node' });

test('Node: a robot from an ES module and one from CommonJS meet', async ({ run }) => {
  const room = randomUUID();
  const [seenByFirst, seenBySecond] = await Promise.all([
    run(['node', 'esm.mjs', made().moteUrl, room, 'ES module']),
    run(['node', 'common.cjs', made().moteUrl, room, 'CommonJS']),
  ]);
  expect(JSON.parse(seenByFirst)).toMatchObject({ name: 'CommonJS', x: expect.closeTo(0.25) });
  expect(JSON.parse(seenBySecond)).toMatchObject({ name: 'ES module', y: expect.closeTo(0.75) });
});

for (const environment of ['node', 'jsdom', 'happy-dom']) {
  test(`Vitest: ${environment}`, async ({ run }) => {
    const words = ['vitest', 'run', `${environment}.test.mjs`];
    const output = await run(words, { MOTE_URL: made().moteUrl });
    expect(output).toMatch(/Tests +1 passed/);
  });
}

test('Jest: jsdom', async ({ run }) => {
  const output = await run(['jest', '--testMatch', '**/*.jest.cjs'], { MOTE_URL: made().moteUrl });
  expect(output).toMatch(/Tests: +1 passed/);
});
