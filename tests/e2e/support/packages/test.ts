// The test with its fixtures: a folder with the package installed, servers in it, two people.

import { randomUUID } from 'node:crypto';
import { test as base, expect } from '@playwright/test';
import { freePort } from '../server.ts';
import { type Command, type Environment, run, serve } from './command.ts';
import { type Group, made } from './folders.ts';
import { install } from './install.ts';
import { serveFolder, type StaticServer } from './static.ts';
import { Visitor } from './visitor.ts';

const INSTALL_MS_MAX = 120_000;

interface WorkerFixtures {
  /** Which dependencies are installed. */
  group: Group;
  /** A fresh folder with them, the group's files and the packed package. */
  folder: string;
}

interface Fixtures {
  /** Runs a program in the folder to its end. */
  run: (words: string[], env?: Environment) => Promise<string>;
  /** Runs a server in the folder, given its port, and says where it answers. */
  serve: (words: (port: number) => string[], env?: Environment) => Promise<string>;
  /** Serves a folder of files. */
  serveFiles: (...what: Parameters<typeof serveFolder>) => Promise<string>;
  /** A page of its own in a room of this test. */
  open: (url: string) => Promise<Visitor>;
  /** Two people open the page, and each sees the other's name and cursor. */
  meet: (url: string) => Promise<void>;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  group: ['pages', { option: true, scope: 'worker' }],

  folder: [
    async ({ group }, use, { workerIndex }) => use(await install(group, `${group}-${workerIndex}`)),
    { scope: 'worker', timeout: INSTALL_MS_MAX },
  ],

  run: async ({ folder }, use) => use((words, env) => run(folder, words, env)),

  serve: async ({ folder }, use) => {
    const running: Command[] = [];
    await use(async (words, env) => {
      const port = await freePort();
      // By its name: development servers refuse pages of another origin than that.
      const url = `http://localhost:${port}`;
      running.push(await serve(folder, words(port), url, env));
      return url;
    });
    for (const command of running) await command.stop();
  },

  serveFiles: async ({}, use) => {
    const running: StaticServer[] = [];
    await use(async (...what) => {
      const server = await serveFolder(...what);
      running.push(server);
      return server.url;
    });
    for (const server of running) await server.close();
  },

  open: async ({ browser }, use) => {
    const query = `server=${encodeURIComponent(made().moteUrl)}&room=${randomUUID()}`;
    const complaints: string[] = [];
    await use(async (url) => {
      const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
      context.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      context.on('weberror', (error) => complaints.push(String(error.error())));
      const page = await context.newPage();
      await page.goto(`${url}${url.includes('?') ? '&' : '?'}${query}`);
      return new Visitor(page);
    });
    for (const context of browser.contexts()) await context.close();
    expect(complaints, 'errors in the console').toEqual([]);
  },

  meet: async ({ open }, use) =>
    use(async (url) => {
      const [first, second] = [await open(url), await open(url)];
      await first.isConnected();
      await second.isConnected();
      const [firstName, secondName] = [await first.name(), await second.name()];
      await first.sees([firstName, secondName]);
      await second.sees([secondName, firstName]);
      await first.pointAt(320, 240);
      await second.pointAt(640, 480);
      await second.seesCursor(firstName, 320, 240);
      await first.seesCursor(secondName, 640, 480);
    }),
});

export { expect };
