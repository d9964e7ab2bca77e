/** Whether a connection, the first or a lost one, is taking long enough to tell a user about it. */
import type { LostConnection, Status } from './types.js';

export class LostWatch {
  readonly #timeout_ms: number;
  readonly #tell: (event: LostConnection) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isTold = false;

  constructor(timeout_ms: number, tell: (event: LostConnection) => void) {
    this.#timeout_ms = timeout_ms;
    this.#tell = tell;
    this.hear('connecting');
  }

  /** The room's status is this now. */
  hear(status: Status): void {
    if (status === 'connecting' || status === 'reconnecting') {
      this.#timer ??= setTimeout(() => {
        this.#isTold = true;
        this.#tell('lost');
      }, this.#timeout_ms);
    } else {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      if (this.#isTold) this.#tell(status === 'connected' ? 'restored' : 'failed');
      this.#isTold = false;
    }
  }
}
