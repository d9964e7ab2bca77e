// The test with its fixtures: a server of its own, and people who open the page.

import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test as base, type BrowserContextOptions, expect } from '@playwright/test';
import { demoFolder } from './paths.ts';
import { Person } from './person.ts';
import { Mote } from './server.ts';

interface Options {
  /** Options of the `mote` binary. */
  moteOptions: string[];
  /** Pages that the server serves beside the demo page: file name and HTML. */
  pages: Record<string, string>;
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
  pages: [{}, { option: true }],
  breaksLine: [false, { option: true }],

  mote: async ({ moteOptions, pages }, use, testInfo) => {
    const mote = await Mote.start(await site(pages, testInfo.outputPath('site')), moteOptions);
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

/** The demo's folder, or a copy of it at `place` with more pages in it. */
async function site(pages: Record<string, string>, place: string): Promise<string> {
  if (Object.keys(pages).length === 0) return demoFolder;
  await cp(demoFolder, place, { recursive: true });
  for (const [name, html] of Object.entries(pages)) await writeFile(path.join(place, name), html);
  return place;
}

export { expect };
