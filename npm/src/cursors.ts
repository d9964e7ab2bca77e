/** The others' cursors in a room: read from the core when somebody looks, and told once a frame. */
import type { Position } from './types.js';

export class Cursors {
  /** Moved, and not told to the listeners since. */
  isUntold = false;
  readonly #read: () => Float32Array;
  #isStale = false;
  #all: Float32Array = new Float32Array();
  #positions: Map<number, Position> | null = null;

  /** `read` collects every shown cursor: connectionId, x, y. */
  constructor(read: () => Float32Array) {
    this.#read = read;
  }

  moved(): void {
    this.#isStale = this.isUntold = true;
  }

  /** The newest ones; the same array until one moves. */
  all(): Float32Array {
    if (this.#isStale) {
      this.#isStale = false;
      this.#positions = null;
      this.#all = this.#read();
    }
    return this.#all;
  }

  /** One person's, or null. */
  of(connectionId: number): Position | null {
    const all = this.all();
    if (!this.#positions) {
      this.#positions = new Map();
      for (let i = 0; i + 2 < all.length; i += 3) {
        const [id, x, y] = all.subarray(i, i + 3) as unknown as [number, number, number];
        this.#positions.set(id, Object.freeze({ x, y }));
      }
    }
    return this.#positions.get(connectionId) ?? null;
  }
}
