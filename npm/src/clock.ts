/** When what is done later is done: by the page's clock, or by that of a world of tests. */
import { nextFrame } from './frame.js';

export interface Clock {
  /** In a microtask. */
  soon(act: () => void): void;
  /** After this long; returns what cancels it. */
  after(delay_ms: number, act: () => void): () => void;
  /** With the next animation frame. */
  frame(act: () => void): void;
}

export const pageClock: Clock = {
  soon: (act) => queueMicrotask(act),
  after(delay_ms, act) {
    const timer = setTimeout(act, delay_ms);
    return () => clearTimeout(timer);
  },
  frame: nextFrame,
};
