/** What a room and its client know of each other. */
import type { Clock } from './clock.js';
import type { Command, Core } from './core.js';
import type { Shown } from './cursors.js';
import type { Obj } from './json.js';

/** An event with a type, which is all that is known of it here. */
export type AnyEvent = { type: string };

/** What a room needs of its client. */
export interface Host {
  /** The present core. */
  readonly core: Core;
  /** Reads cursors that the core collects by this command. */
  cursors(command: Command, channel: number): Shown;
  /** Polls and dispatches soon. */
  schedule(): void;
  /** Tells cursors at the next frame. */
  scheduleFrame(): void;
  readonly lostConnectionMs: number;
  readonly clock: Clock;
}

/** How it is entered, validated. */
export interface Entry {
  name: string | undefined;
  color: number | undefined;
  observer: boolean;
  presence: Readonly<Obj>;
  resume: Uint8Array | undefined;
}
