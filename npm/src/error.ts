/** What goes wrong while a room is entered. */
import type { MoteErrorCode, MoteErrorRetry } from './types.js';

/**
 * Something went wrong; `message` says what, whose fault it is and what to do, in words for a
 * developer. It arrives at the listeners of `error`; what a call itself does wrong is thrown there
 * as a `TypeError` or a `RangeError`.
 */
export class MoteError extends Error {
  override readonly name: string = 'MoteError';
  /** What went wrong, for programs. */
  declare readonly code: MoteErrorCode;
  /** What happens next. */
  declare readonly retry: MoteErrorRetry;
  /** The WebSocket close code, where the connection was closed for it. */
  declare readonly closeCode: number | undefined;

  /** Whether it is one, also of another copy of the package: CommonJS beside ESM, `./testing`. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return Error[Symbol.hasInstance](error) && (error as Error).name === 'MoteError';
  }

  constructor(message: string, code: MoteErrorCode, retry: MoteErrorRetry, closeCode?: number) {
    super(message);
    this.code = code;
    this.retry = retry;
    this.closeCode = closeCode;
  }
}
