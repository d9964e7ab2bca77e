// @vitest-environment jsdom
import { createClient } from '@mote/presence';
import { expect, test } from 'vitest';
// No WebSocket of jsdom's opens under Vitest: it takes Node's events for its own, and they are not.
import { WebSocket } from 'ws';
import { meet } from './shared/robot.cjs';

test('two people of a page in jsdom meet', { timeout: 30_000 }, async () => {
  const names = await meet(createClient, { url: process.env.MOTE_URL, WebSocket });
  expect(names).toEqual(['Grace', 'Ada']);
});
