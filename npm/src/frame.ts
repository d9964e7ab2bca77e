/** One call an animation frame, at most. */
import { FRAME_MS } from './limits.js';

export class FrameLoop {
  readonly #act: () => void;
  #isRequested = false;

  constructor(act: () => void) {
    this.#act = act;
  }

  /** Acts at the next frame; where there are none (no page, a hidden one) a moment later. */
  request(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    const run = () => {
      this.#isRequested = false;
      this.#act();
    };
    const hasFrames = typeof requestAnimationFrame === 'function' && !document.hidden;
    if (hasFrames) requestAnimationFrame(run);
    else setTimeout(run, FRAME_MS);
  }
}
