/** Asking the application for a room's tokens. */
import {
  TIMER_MS_MAX,
  TOKEN_RENEW_MS,
  TOKEN_RETRY_MS,
  TOKEN_RETRY_MS_MAX,
  TOKEN_WAIT_MS_MAX,
} from './limits.js';
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
    this.#timer = setTimeout(() => fail('it took too long'), TOKEN_WAIT_MS_MAX);
    Promise.resolve()
      .then(() => this.#provider(this.#room))
      .then(checkToken)
      .then(
        (token) =>
          ifOpen(() => {
            this.#retry_ms = TOKEN_RETRY_MS;
            const renew_ms = renewAfter_ms(token, Date.now());
            if (renew_ms) this.#timer = setTimeout(() => this.ask(), renew_ms);
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
 * a minute before its end, or in the middle of a shorter one. 0 for what is no JWT with an end. The
 * clock here may be wrong: nothing is left that its maker did not give it.
 */
export function renewAfter_ms(token: string | null, now_ms: number): number {
  try {
    const claims = token?.split('.')[1] as string;
    const json = atob(claims.replaceAll('-', '+').replaceAll('_', '/'));
    const { exp, iat } = JSON.parse(json) as { exp: number; iat?: number };
    const left_ms = exp * 1_000 - now_ms;
    const given_ms = iat === undefined ? left_ms : (exp - iat) * 1_000;
    const ms = left_ms > 0 && left_ms < given_ms ? left_ms : given_ms;
    return ms > 0 ? Math.min(Math.max(ms - TOKEN_RENEW_MS, ms / 2), TIMER_MS_MAX) : 0;
  } catch {
    return 0;
  }
}
