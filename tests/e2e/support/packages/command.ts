// Commands: to their end, or as a server until it is stopped.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const RUN_MS_MAX = 240_000;
const READY_MS_MAX = 90_000;
const POLL_MS = 100;
const OUTPUT_CHARS_MAX = 64 * 1024;
const SHOWN_CHARS_MAX = 4 * 1024;

export type Environment = Record<string, string>;

/** Runs a program to its end and returns what it wrote; throws with that when it fails. */
export async function run(folder: string, words: string[], env: Environment = {}): Promise<string> {
  const command = new Command(folder, words, env);
  let end = 'ended';
  const timer = setTimeout(() => {
    end = `took more than ${RUN_MS_MAX} ms and was ended`;
    void command.stop();
  }, RUN_MS_MAX);
  await command.ended;
  clearTimeout(timer);
  if (command.exitCode !== 0) throw new Error(command.failure(`${end} with ${command.exitCode}`));
  return command.output;
}

/** Starts a program that serves, and waits until this address answers. */
export async function serve(
  folder: string,
  words: string[],
  url: string,
  env: Environment = {},
): Promise<Command> {
  const command = new Command(folder, words, env);
  const end = Date.now() + READY_MS_MAX;
  for (;;) {
    if (await isAnswered(url)) return command;
    const isLate = Date.now() > end;
    if (isLate || command.hasEnded) {
      await command.stop();
      const what = isLate ? `does not answer at ${url} after ${READY_MS_MAX} ms` : 'ended';
      throw new Error(command.failure(what));
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** A program with all that it starts: a process group of its own. */
export class Command {
  /** The end of what it wrote. */
  output = '';
  readonly ended: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #what: string;

  constructor(folder: string, words: string[], env: Environment) {
    const [program = '', ...rest] = words;
    this.#what = `${words.join(' ')} in ${folder}`;
    const bin = path.join(folder, 'node_modules/.bin');
    this.#child = spawn(program, rest, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...outer(), ...env, PATH: `${bin}${path.delimiter}${process.env.PATH}` },
    });
    const keep = (text: Buffer) => (this.output = (this.output + text).slice(-OUTPUT_CHARS_MAX));
    this.#child.stdout?.on('data', keep);
    this.#child.stderr?.on('data', keep);
    this.#child.on('error', (error) => (this.output += error.message));
    this.ended = once(this.#child, 'close').catch(() => {});
  }

  get exitCode(): number | string | null {
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  get hasEnded(): boolean {
    return this.exitCode !== null || this.#child.pid === undefined;
  }

  /** Ends it and what it started, by the id of its own group. */
  async stop(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // All of it has ended.
    }
    await this.ended;
  }

  failure(what: string): string {
    return `${this.#what} ${what}:\n${this.output.slice(-SHOWN_CHARS_MAX)}`;
  }
}

/** This process's environment, without what a test runner in it would take for its own. */
function outer(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, NODE_ENV, FORCE_COLOR, TEST_WORKER_INDEX, ...rest } = process.env;
  return { ...rest, CI: '1', NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1' };
}

async function isAnswered(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(READY_MS_MAX) })).ok;
  } catch {
    return false;
  }
}
