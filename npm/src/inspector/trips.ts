/** The round trip: how long a Heartbeat takes until its answer is heard. */
import { TRIPS_WAITING_MAX } from './limits.js';

export class Trips {
  /** The last one, in milliseconds; null while none was measured on this line. */
  lastMs: number | null = null;
  #sentMs: number[] = [];

  /** A Heartbeat was sent. */
  sent(nowMs: number): void {
    this.#sentMs.push(nowMs);
    if (this.#sentMs.length > TRIPS_WAITING_MAX) this.#sentMs.shift();
  }

  /** A Heartbeat was heard: the answer to the oldest that has none. */
  heard(nowMs: number): void {
    const sentMs = this.#sentMs.shift();
    if (sentMs !== undefined) this.lastMs = nowMs - sentMs;
  }

  /** Another line. */
  reset(): void {
    this.lastMs = null;
    this.#sentMs = [];
  }
}
