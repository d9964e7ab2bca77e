/** One direction of a line: in order, and as late as the faults want it. */
import { HELD_BYTES_MAX, HELD_MESSAGES_MAX } from './limits.js';

/** What is wrong with one direction. */
export interface LaneFaults {
  /** Added to everything, in milliseconds. */
  readonly latencyMs: number;
  /** Bytes that get through a second; 0 for as many as there are. */
  readonly bytesPerS: number;
  /** Nothing gets through; what is sent waits, as on a line that a network swallows. */
  readonly isSilent: boolean;
}

interface Held {
  readonly dueMs: number;
  readonly bytes: number;
  readonly deliver: () => void;
}

export class Lane {
  readonly #faults: () => LaneFaults;
  readonly #overflowed: () => void;
  #held: Held[] = [];
  #heldBytes = 0;
  /** When the slow line has taken all that is held. */
  #freeMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `overflowed` is called when more is held than the limits allow. */
  constructor(faults: () => LaneFaults, overflowed: () => void) {
    this.#faults = faults;
    this.#overflowed = overflowed;
  }

  /** Calls `deliver` after everything before it: at once where nothing is wrong. */
  push(bytes: number, deliver: () => void): void {
    const { latencyMs, bytesPerS, isSilent } = this.#faults();
    if (this.#held.length === 0 && latencyMs === 0 && bytesPerS === 0 && !isSilent) {
      deliver();
      return;
    }
    const sendingMs = bytesPerS > 0 ? (bytes * 1_000) / bytesPerS : 0;
    this.#freeMs = Math.max(this.#freeMs, performance.now()) + sendingMs;
    this.#held.push({ dueMs: this.#freeMs + latencyMs, bytes, deliver });
    this.#heldBytes += bytes;
    if (this.#held.length > HELD_MESSAGES_MAX || this.#heldBytes > HELD_BYTES_MAX) {
      this.#overflowed();
    } else this.faultsChanged();
  }

  /** Delivers what is due now and waits for the next. */
  faultsChanged(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (!this.#faults().isSilent) {
      const [first] = this.#held;
      if (!first) {
        this.#freeMs = 0;
        return;
      }
      const waitMs = first.dueMs - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.faultsChanged(), waitMs);
        return;
      }
      this.#deliverFirst();
    }
  }

  /** Delivers everything now. */
  flush(): void {
    while (this.#held.length > 0) this.#deliverFirst();
    this.clear();
  }

  /** Forgets everything. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#held = [];
    this.#heldBytes = 0;
  }

  #deliverFirst(): void {
    const first = this.#held.shift();
    if (!first) return;
    this.#heldBytes -= first.bytes;
    first.deliver();
  }
}
