/** The real server, for tests: MOTE_BIN, or what cargo built last. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

function binary(): string {
  const target = join(import.meta.dirname, '../../../target/');
  const candidates = [process.env['MOTE_BIN'], `${target}release/mote`, `${target}debug/mote`];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found)
    throw new Error('no server to test against: `cargo build`, or set MOTE_BIN to the binary');
  return found;
}

export class Server {
  readonly url: string;
  readonly #port: number;
  readonly #options: string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, options: string[]) {
    this.#port = port;
    this.#options = options;
    this.url = `ws://127.0.0.1:${port}/ws`;
  }

  /** A server on a free port, ready for connections. */
  static async start(...options: string[]): Promise<Server> {
    const server = new Server(await freePort(), options);
    await server.start();
    return server;
  }

  /** Starts it on the port that it had. */
  async start(): Promise<void> {
    const child = spawn(binary(), ['--listen', `127.0.0.1:${this.#port}`, ...this.#options], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    this.#process = child;
    await until('the server answers', async () => {
      if (child.exitCode !== null)
        throw new Error(`the server ended with ${child.exitCode}: ${said}`);
      const answer = await fetch(`http://127.0.0.1:${this.#port}/healthz`).catch(() => null);
      return answer?.ok;
    });
  }

  /** Stops it as a crash does. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}

/** Resolves with what `condition` returns once it is truthy; rejects after 10 s. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
): Promise<NonNullable<T>> {
  const end = Date.now() + 10_000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited 10 s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
