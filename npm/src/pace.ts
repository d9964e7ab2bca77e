/** Sends soon, at most once an interval: what is said in between travels together. */
export class Pace {
  readonly #interval_ms: number;
  readonly #send: () => void;
  #isScheduled = false;
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(interval_ms: number, send: () => void) {
    this.#interval_ms = interval_ms;
    this.#send = send;
  }

  /** There is something to send. */
  request(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const wait_ms = this.#sentAt + this.#interval_ms - performance.now();
    if (wait_ms > 0) setTimeout(() => this.send(), wait_ms);
    else queueMicrotask(() => this.send());
  }

  /** Sends at once. */
  send(): void {
    this.#isScheduled = false;
    this.#sentAt = performance.now();
    this.#send();
  }
}
