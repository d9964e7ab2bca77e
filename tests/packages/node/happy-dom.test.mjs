// @vitest-environment happy-dom
import { createClient } from '@mote/presence';
import { expect, test } from 'vitest';
import { meet } from './shared/robot.cjs';

test('two people of a page in happy-dom meet', { timeout: 30_000 }, async () => {
  const names = await meet(createClient, { url: process.env.MOTE_URL });
  expect(names).toEqual(['Grace', 'Ada']);
});
