/** One call an animation frame, at most. */
import { FRAME_MS } from './limits.js';

export class FrameLoop {
  readonly #act: () => void;
  readonly #next: (act: () => void) => void;
  #isRequested = false;

  constructor(act: () => void, next: (act: () => void) => void) {
    this.#act = act;
    this.#next = next;
  }

  /** Acts at the next frame. */
  request(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    this.#next(() => {
      this.#isRequested = false;
      this.#act();
    });
  }
}

/** Acts at the page's next frame; where there are none (no page, a hidden one) a moment later. */
export function nextFrame(act: () => void): void {
  const hasFrames = typeof requestAnimationFrame === 'function' && !document.hidden;
  if (hasFrames) requestAnimationFrame(act);
  else setTimeout(act, FRAME_MS);
}
