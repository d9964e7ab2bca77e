/** Whether a connection, the first or a lost one, is taking long enough to tell a user about it. */
import type { Clock } from './clock.js';
import type { LostConnection, Status } from './types.js';

export class LostWatch {
  readonly #timeout_ms: number;
  readonly #clock: Clock;
  readonly #tell: (event: LostConnection) => void;
  #cancel: (() => void) | undefined;
  #isTold = false;

  constructor(timeout_ms: number, clock: Clock, tell: (event: LostConnection) => void) {
    this.#timeout_ms = timeout_ms;
    this.#clock = clock;
    this.#tell = tell;
    this.hear('connecting');
  }

  /** The room's status is this now. */
  hear(status: Status): void {
    if (status === 'connecting' || status === 'reconnecting') {
      this.#cancel ??= this.#clock.after(this.#timeout_ms, () => {
        this.#isTold = true;
        this.#tell('lost');
      });
    } else {
      this.#cancel?.();
      this.#cancel = undefined;
      if (this.#isTold) this.#tell(status === 'connected' ? 'restored' : 'failed');
      this.#isTold = false;
    }
  }
}
