/** @jest-environment jsdom */
const { createClient } = require('@mote/presence');
const { meet } = require('./shared/robot.cjs');

test('two people of a page in jsdom meet', async () => {
  const names = await meet(createClient, { url: process.env.MOTE_URL });
  expect(names).toEqual(['Grace', 'Ada']);
}, 30_000);
