// @vitest-environment node
import { createClient } from '@mote/presence';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { meet } from './shared/robot.cjs';

test('two robots meet', { timeout: 30_000 }, async () => {
  const names = await meet(createClient, { url: process.env.MOTE_URL, WebSocket });
  expect(names).toEqual(['Grace', 'Ada']);
});
