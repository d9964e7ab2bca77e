/** Sends soon, at most once an interval: what is said in between travels together. */
import type { Clock } from './clock.js';

export class Pace {
  readonly #interval_ms: number;
  readonly #clock: Clock;
  readonly #send: () => void;
  #isScheduled = false;
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(interval_ms: number, clock: Clock, send: () => void) {
    this.#interval_ms = interval_ms;
    this.#clock = clock;
    this.#send = send;
  }

  /** There is something to send. */
  request(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const wait_ms = this.#sentAt + this.#interval_ms - performance.now();
    if (wait_ms > 0) this.#clock.after(wait_ms, () => this.send());
    else this.#clock.soon(() => this.send());
  }

  /** Sends at once. */
  send(): void {
    this.#isScheduled = false;
    this.#sentAt = performance.now();
    this.#send();
  }
}
