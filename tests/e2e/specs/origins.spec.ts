// A page of another origin is refused by the server, in a browser that tells the truth about it.

import { expect, test } from '../support/test.ts';
import { Mote } from '../support/server.ts';
import { demoFolder } from '../support/paths.ts';

/** Whether a page can open a WebSocket there. */
async function opens(url: string): Promise<boolean> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, 'mote.v1');
  return await new Promise((resolve) => {
    socket.onopen = () => resolve(true);
    socket.onclose = () => resolve(false);
  });
}

test('a page may connect to a server that lists its origin, and to no other', async ({
  page,
  mote,
}) => {
  const start = (origins: string) => Mote.start(demoFolder, ['--allowed-origins', origins]);
  const [other, own] = [await start('https://app.example.com'), await start(mote.url)];
  try {
    await page.goto(mote.url);
    expect(await page.evaluate(opens, own.url)).toBe(true);
    expect(await page.evaluate(opens, other.url)).toBe(false);
    // Without a list a page of this machine may, and one that hides where it is from may not.
    expect(await page.evaluate(opens, mote.url)).toBe(true);
    await page.goto('data:text/html,<title>Nowhere</title>');
    expect(await page.evaluate(opens, mote.url)).toBe(false);
  } finally {
    await Promise.all([other.stop('SIGKILL'), own.stop('SIGKILL')]);
  }
});
