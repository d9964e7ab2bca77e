/** Asking the application for a room's tokens. */
import { TOKEN_RETRY_MS, TOKEN_RETRY_MS_MAX, TOKEN_WAIT_MS_MAX } from './limits.js';
import type { TokenProvider } from './types.js';
import { checkToken } from './validate.js';

/** What comes of asking. */
export interface TokenListener {
  /** A token; null when the provider says that there is none for this room any more. */
  answered(token: string | null): void;
  /** It did not work this time, and is tried again by itself. */
  failed(why: string): void;
}

/** Asks again until there is an answer, ever more seldom. */
export class TokenSource {
  readonly #provider: TokenProvider;
  readonly #room: string;
  readonly #listener: TokenListener;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Which question is open: what an older one brings is not used. */
  #question = 0;
  #retry_ms = TOKEN_RETRY_MS;

  constructor(provider: TokenProvider, room: string, listener: TokenListener) {
    this.#provider = provider;
    this.#room = room;
    this.#listener = listener;
  }

  ask(): void {
    this.stop();
    const question = this.#question;
    const ifOpen = (act: () => void) => {
      if (question !== this.#question) return;
      this.stop();
      act();
    };
    const fail = (why: string) =>
      ifOpen(() => {
        // Spread, so that everybody's clients do not come at once when the provider is back.
        this.#timer = setTimeout(() => this.ask(), this.#retry_ms * (0.5 + Math.random() / 2));
        this.#retry_ms = Math.min(2 * this.#retry_ms, TOKEN_RETRY_MS_MAX);
        this.#listener.failed(why);
      });
    this.#timer = setTimeout(() => fail('it took too long'), TOKEN_WAIT_MS_MAX);
    Promise.resolve()
      .then(() => this.#provider(this.#room))
      .then(checkToken)
      .then(
        (token) =>
          ifOpen(() => {
            this.#retry_ms = TOKEN_RETRY_MS;
            this.#listener.answered(token);
          }),
        (error: unknown) => fail(error instanceof Error ? error.message : String(error)),
      );
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#question += 1;
    clearTimeout(this.#timer);
  }
}
