// A browser as people have it: Playwright keeps each page of its own visible, running and out of
// the browser's cache, so a tab that is really in the background needs a Chromium of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, expect, type Page } from '@playwright/test';
import { browser } from './browser.ts';

export class PlainBrowser {
  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
    private readonly window: BrowserContext,
  ) {}

  /** With features of Chromium, as its command line names them. */
  static async start(...features: string[]): Promise<PlainBrowser> {
    const profile = await mkdtemp(path.join(tmpdir(), 'mote-e2e-'));
    const { executablePath = '', args = [] } = browser.launchOptions ?? {};
    const own = [
      '--headless',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      `--enable-features=${features.join(',')}`,
      'about:blank',
    ];
    const child = spawn(executablePath, [...args, ...own], { stdio: 'ignore' });
    const port = () => readFile(path.join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
    await expect.poll(port, { message: 'Chromium says its port' }).toMatch(/^\d+\n/);
    const [number] = (await port()).split('\n');
    const control = `http://127.0.0.1:${number}`;
    const steered = await chromium.connectOverCDP(control, { noDefaults: true });
    const [window] = steered.contexts();
    if (!window) throw new Error('a Chromium has a window');
    return new PlainBrowser(child, profile, window);
  }

  /** Opens a tab in front of the others, which are in the background from then on. */
  async openTab(url: string): Promise<Page> {
    const page = await this.window.newPage();
    await page.goto(url);
    return page;
  }

  async close(): Promise<void> {
    await this.window.browser()?.close();
    const gone = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await gone;
    // The last of its helper processes may still be writing.
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10 });
  }
}
