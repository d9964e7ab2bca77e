/** Asking the application for a room's tokens. */
import { TIMER_MS_MAX, TOKEN_RETRY_MS, TOKEN_RETRY_MS_MAX, TOKEN_WAIT_MS_MAX } from './limits.js';
import type { TokenProvider } from './types.js';
import { checkToken } from './validate.js';

/** What comes of asking. */
export interface TokenListener {
  /** A token; null when the provider says that there is none for this room any more. */
  answered(token: string | null): void;
  /** It did not work this time, and is tried again by itself. */
  failed(why: string): void;
}

/** Asks again until there is an answer, ever more seldom; and for the next one before that one ends. */
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
    this.#timer = setTimeout(() => fail('no answer'), TOKEN_WAIT_MS_MAX);
    Promise.resolve()
      .then(() => this.#provider(this.#room))
      .then(checkToken)
      .then(
        (token) =>
          ifOpen(() => {
            this.#retry_ms = TOKEN_RETRY_MS;
            const renew_ms = renewAfter_ms(token, Date.now());
            if (renew_ms > 0) this.#timer = setTimeout(() => this.ask(), renew_ms);
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

/**
 * After which time the next token is asked for, to take the place of this one without anybody noticing:
 * half of what is left of it. No time above 0 for what is no JWT, and where the clock here is past its
 * end: then the server says when it is over.
 */
export function renewAfter_ms(token: string | null, now_ms: number): number {
  try {
    const claims = token?.split('.')[1] as string;
    const json = atob(claims.replace(/-/g, '+').replace(/_/g, '/'));
    const { exp } = JSON.parse(json) as { exp: number };
    return Math.min(exp * 500 - now_ms / 2, TIMER_MS_MAX);
  } catch {
    return 0;
  }
}
