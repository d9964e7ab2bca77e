// The distribution's Firefox, steered through geckodriver: Playwright's own Firefox is a patched
// build, this is the one that people have. Only those commands of WebDriver that the tests need.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from '@playwright/test';
import type { Fraction } from './in-page.ts';

const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
const GECKODRIVER = process.env.GECKODRIVER ?? 'geckodriver';

const LOG_CHARS_MAX = 64 * 1024;
/** Two at once took 4 to 20 s where each core had five to ten other processes to serve. */
export const START_MS_MAX = 90_000;
const COMMAND_MS_MAX = 30_000;

export class Firefox {
  readonly #driver: ChildProcess;
  #log = '';
  /** Where commands go; longer by the session's id as soon as there is a session. */
  #url = '';
  #isOpen = false;

  private constructor() {
    this.#driver = spawn(GECKODRIVER, ['--port', '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const keep = (text: string) => (this.#log = (this.#log + text).slice(-LOG_CHARS_MAX));
    this.#driver.stdout?.setEncoding('utf8').on('data', keep);
    this.#driver.on('error', (error) => keep(`${GECKODRIVER}: ${error.message}`));
  }

  /** One window of this size, in CSS pixels, with a profile of its own. */
  static async start(size: { width: number; height: number }): Promise<Firefox> {
    const firefox = new Firefox();
    try {
      await firefox.#open(size);
    } catch (error) {
      await firefox.close();
      throw error;
    }
    return firefox;
  }

  async goTo(url: string): Promise<void> {
    await this.#post('/url', { url });
  }

  async reload(): Promise<void> {
    await this.#post('/refresh');
  }

  /** Calls a function in the page; see in-page.ts. */
  async run<Result>(work: () => Result): Promise<Result>;
  async run<Argument, Result>(work: (a: Argument) => Result, argument: Argument): Promise<Result>;
  async run(work: (argument?: never) => unknown, argument?: unknown): Promise<unknown> {
    const script = `return (${work})(...arguments)`;
    return await this.#post('/execute/sync', { script, args: [argument] });
  }

  /** Moves the mouse to a place in the window, in CSS pixels. */
  async moveTo({ x, y }: Fraction): Promise<void> {
    const move = { type: 'pointerMove', x: Math.round(x), y: Math.round(y), duration: 0 };
    await this.#post('/actions', { actions: [{ type: 'pointer', id: 'mouse', actions: [move] }] });
  }

  async click(selector: string): Promise<void> {
    const element = await this.#post('/element', { using: 'css selector', value: selector });
    await this.#post(`/element/${Object.values(element as Record<string, string>)[0]}/click`);
  }

  /** Closes the window and ends both processes; a second call does nothing. */
  async close(): Promise<void> {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    try {
      if (wasOpen) await this.#command('DELETE', '');
    } finally {
      await this.#endDriver();
    }
  }

  async #endDriver(): Promise<void> {
    const driver = this.#driver;
    if (driver.pid === undefined || driver.exitCode !== null || driver.signalCode !== null) return;
    const gone = once(driver, 'exit');
    driver.kill('SIGTERM');
    await gone;
  }

  async #open(size: { width: number; height: number }): Promise<void> {
    const address = () => /Listening on (\S+)/.exec(this.#log)?.[1] ?? this.#log;
    await expect
      .poll(address, { message: 'geckodriver (GECKODRIVER, or on PATH) listens' })
      .toMatch(/^[\d.]+:\d+$/);
    this.#url = `http://${address()}/session`;
    const options = { binary: FIREFOX, args: ['-headless'] };
    const capabilities = { alwaysMatch: { 'moz:firefoxOptions': options } };
    const { sessionId } = (await this.#command('POST', '', {
      body: JSON.stringify({ capabilities }),
      limit_ms: START_MS_MAX,
    })) as { sessionId: string };
    this.#url += `/${sessionId}`;
    this.#isOpen = true;
    await this.#post('/window/rect', size);
  }

  async #post(path: string, body: object = {}): Promise<unknown> {
    return await this.#command('POST', path, { body: JSON.stringify(body) });
  }

  async #command(
    method: 'POST' | 'DELETE',
    path: string,
    { body, limit_ms = COMMAND_MS_MAX }: { body?: string; limit_ms?: number } = {},
  ): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(limit_ms);
    try {
      const answer = await fetch(this.#url + path, { method, headers, body, signal });
      const { value } = (await answer.json()) as { value: unknown };
      if (answer.ok) return value;
      throw new Error((value as { message: string }).message);
    } catch (error) {
      const name = `${method} ${path || '/session'}`;
      throw new Error(`Firefox, ${name}: ${(error as Error).message}\n${this.#log}`);
    }
  }
}
