// The test with its fixtures: a server of its own, and people who open the page.

import { test as base, type BrowserContextOptions, expect } from '@playwright/test';
import { Person } from './person.ts';
import { Mote } from './server.ts';

interface Options {
  /** Options of the `mote` binary. */
  moteOptions: string[];
  /** Whether the page may write errors to the console: only where a test breaks its connection. */
  breaksLine: boolean;
}

interface Fixtures {
  mote: Mote;
  /** Somebody opens the demo page, in a browser profile of their own. */
  arrive: (context?: BrowserContextOptions, path?: string) => Promise<Person>;
}

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
};

export const test = base.extend<Options & Fixtures>({
  moteOptions: [[], { option: true }],
  breaksLine: [false, { option: true }],

  mote: async ({ moteOptions }, use, testInfo) => {
    const mote = await Mote.start(moteOptions);
    await use(mote);
    await mote.stop('SIGTERM');
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('server log', { body: mote.log, contentType: 'text/plain' });
    }
  },

  arrive: async ({ browser, mote, breaksLine }, use) => {
    const complaints: string[] = [];
    await use(async (options = DESKTOP, path = '/') => {
      const context = await browser.newContext(options);
      context.on('console', (message) => {
        if (message.type() === 'error' && !breaksLine) complaints.push(message.text());
      });
      context.on('weberror', (error) => complaints.push(String(error.error())));
      const page = await context.newPage();
      await page.goto(mote.url + path);
      const person = new Person(page);
      await expect(person.status).toHaveAttribute('data-status', 'live');
      return person;
    });
    for (const context of browser.contexts()) await context.close();
    expect(complaints, 'errors in the console').toEqual([]);
  },
});

export { expect };
