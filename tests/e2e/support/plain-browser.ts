// A browser that nobody steers: Playwright keeps each of its pages visible, so a tab that is really
// in the background needs a Chromium of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@playwright/test';
import { browser } from './browser.ts';

export class PlainBrowser {
  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
    /** Where it is steered. */
    readonly control: string,
  ) {}

  static async start(): Promise<PlainBrowser> {
    const profile = await mkdtemp(path.join(tmpdir(), 'mote-e2e-'));
    const { executablePath = '', args = [] } = browser.launchOptions ?? {};
    const own = [
      '--headless',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ];
    const child = spawn(executablePath, [...args, ...own], { stdio: 'ignore' });
    const port = () => readFile(path.join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
    await expect.poll(port, { message: 'Chromium says its port' }).toMatch(/^\d+\n/);
    const [number] = (await port()).split('\n');
    return new PlainBrowser(child, profile, `http://127.0.0.1:${number}`);
  }

  /** Opens a tab in front of the others, which are in the background from then on. */
  async openTab(url: string): Promise<void> {
    const answer = await fetch(`${this.control}/json/new?${encodeURI(url)}`, { method: 'PUT' });
    expect(answer.ok, 'Chromium opens a tab').toBe(true);
  }

  async close(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await gone;
    // The last of its helper processes may still be writing.
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10 });
  }
}
