// `cargo xtask cluster` on a port of its own: Redis, three nodes and nginx.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from '@playwright/test';
import { demoFolder, moteBinary, xtask } from './paths.ts';
import { freePort } from './server.ts';

const LOG_CHARS_MAX = 64 * 1024;

export class Cluster {
  #process: ChildProcess | null = null;
  log = '';

  private constructor(readonly url: string) {}

  static async start(): Promise<Cluster> {
    const address = `127.0.0.1:${await freePort()}`;
    const cluster = new Cluster(`http://${address}`);
    const child = spawn(xtask, ['cluster', '--listen', address], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, MOTE_BIN: moteBinary, MOTE_DEMO_DIR: demoFolder },
    });
    cluster.#process = child;
    const keep = (text: Buffer) => {
      cluster.log = (cluster.log + text.toString()).slice(-LOG_CHARS_MAX);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => keep(Buffer.from(`${xtask}: ${error.message}`)));
    await expect
      .poll(() => cluster.#isServed(), { message: 'the cluster serves the page' })
      .toBe(true);
    return cluster;
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    // What it started ends with it.
    child.kill('SIGTERM');
    await gone;
  }

  async #isServed(): Promise<boolean> {
    if (this.#process?.exitCode != null) throw new Error(this.log);
    try {
      return (await fetch(`${this.url}/`)).ok;
    } catch {
      return false;
    }
  }
}
