/** The others' cursors in a room: read from the core when somebody looks, and told once a frame. */
import { Command } from './core.js';
import type { Position } from './types.js';

/** Cursors: connectionId, x, y of each, in ascending order. */
export interface Shown {
  cursors: Float32Array;
  /** One is drawn elsewhere at the next frame. */
  isMoving: boolean;
}

export class Cursors {
  /** Moved, and not told to the listeners since. */
  isUntold = false;
  readonly #read: (command: Command) => Shown;
  #isStale = false;
  /** One is drawn elsewhere than at the last frame. */
  #isMoving = false;
  #drawn: Float32Array = new Float32Array();
  #all: Float32Array = new Float32Array();
  /** Those of `all` that somebody asked for. */
  readonly #positions = new Map<number, Position | null>();

  constructor(read: (command: Command) => Shown) {
    this.#read = read;
  }

  moved(): void {
    this.#isStale = this.#isMoving = this.isUntold = true;
  }

  /** Where they are drawn now; the same array while all are at rest. */
  drawn(): Float32Array {
    if (this.#isMoving) {
      ({ cursors: this.#drawn, isMoving: this.#isMoving } = this.#read(Command.ANIMATE_CURSORS));
    }
    return this.#drawn;
  }

  /** The newest ones; the same array until one moves. */
  all(): Float32Array {
    if (this.#isStale) {
      this.#isStale = false;
      this.#positions.clear();
      this.#all = this.#read(Command.COLLECT_CURSORS).cursors;
    }
    return this.#all;
  }

  /** One person's, or null. */
  of(connectionId: number): Position | null {
    const all = this.all();
    let position = this.#positions.get(connectionId);
    if (position === undefined) {
      let from = 0;
      for (let to = all.length / 3; from < to;) {
        const middle = (from + to) >> 1;
        if ((all[3 * middle] as number) < connectionId) from = middle + 1;
        else to = middle;
      }
      const [id, x = 0, y = 0] = all.subarray(3 * from);
      position = id === connectionId ? Object.freeze({ x, y }) : null;
      this.#positions.set(connectionId, position);
    }
    return position;
  }
}
