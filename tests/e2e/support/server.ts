// One `mote` process: started on a port, killed one way or another, started there again.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from '@playwright/test';
import { moteBinary } from './paths.ts';

const LOG_CHARS_MAX = 64 * 1024;

export class Mote {
  readonly #port: number;
  readonly #site: string;
  readonly #options: readonly string[];
  #process: ChildProcess | null = null;
  /** The end of what the server wrote, for a failure's report. */
  log = '';

  private constructor(port: number, site: string, options: readonly string[]) {
    this.#port = port;
    this.#site = site;
    this.#options = options;
  }

  /** Starts a server on a free loopback port, with this folder at `/` and these options. */
  static async start(site: string, options: readonly string[]): Promise<Mote> {
    const mote = new Mote(await freePort(), site, options);
    await mote.startAgain();
    return mote;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async startAgain(): Promise<void> {
    const address = ['--listen', `127.0.0.1:${this.#port}`, '--demo-dir', this.#site];
    const child = spawn(moteBinary, [...address, ...this.#options], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    const keep = (text: Buffer) => (this.log = (this.log + text.toString()).slice(-LOG_CHARS_MAX));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => (this.log += `${moteBinary}: ${error.message}`));
    await expect
      .poll(() => this.#isHealthy(), { message: `${moteBinary} answers /healthz` })
      .toBe(true);
  }

  /** Ends the process by its own id and waits until it is gone. */
  async stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async #isHealthy(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/healthz`)).ok;
    } catch {
      return false;
    }
  }
}

/** A free loopback port. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP socket has a port');
  return address.port;
}
