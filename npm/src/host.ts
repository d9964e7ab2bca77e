/** What a room and its client know of each other. */
import type { Clock } from './clock.js';
import type { Core } from './core.js';
import type { Obj } from './json.js';

/** An event with a type, which is all that is known of it here. */
export type AnyEvent = { type: string };

/** What a room needs of its client. */
export interface Host {
  /** Calls the core, if there is one; a crash in there is dealt with. */
  call<T>(act: (core: Core) => T): T | undefined;
  /** Reads numbers that the core collected. */
  floats(count: (core: Core) => number, place: (core: Core) => number): Float32Array;
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
