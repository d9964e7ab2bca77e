/** The claims, checked: each error says what would be right. */
import { NAME_CHARS_MAX } from '../limits.js';
import { byteLength } from '../presence.js';

/** A string of a token, in bytes of UTF-8: the wire's limit for an account and a room's id. */
const TEXT_BYTES_MAX = 128;

/** Of a wrong value, this much is shown. */
const SHOWN_CHARS_MAX = 40;

/** Throws a `TypeError` unless something is as it must be. */
export function must(isRight: boolean, what: string, value: unknown): asserts isRight {
  if (isRight) return;
  throw new TypeError(`${what}, not ${String(JSON.stringify(value)).slice(0, SHOWN_CHARS_MAX)}`);
}

export function text(value: unknown, what: string): string {
  const bytes = typeof value === 'string' ? byteLength(value) : 0;
  const isRight = bytes >= 1 && bytes <= TEXT_BYTES_MAX;
  must(isRight, `${what} must be a string of 1 to ${TEXT_BYTES_MAX} bytes`, value);
  return value as string;
}

/** A text that may be left out. */
export function optional(value: unknown, what: string): string | undefined {
  return value === undefined ? undefined : text(value, what);
}

export function name(value: unknown): string | undefined {
  const characters = typeof value === 'string' ? [...value].length : 0;
  const isRight = value === undefined || (characters >= 1 && characters <= NAME_CHARS_MAX);
  must(isRight, `name must be a string of 1 to ${NAME_CHARS_MAX} characters`, value);
  return value as string | undefined;
}

export function color(value: unknown): string | undefined {
  const isRight = value === undefined || /^#[0-9a-f]{6}$/i.test(String(value));
  must(isRight, 'color must be written "#rrggbb"', value);
  return value === undefined ? undefined : String(value).toLowerCase();
}

/** A lifetime. */
export function seconds(value: number, max: number): number {
  const isRight = Number.isInteger(value) && value >= 1 && value <= max;
  must(isRight, `expiresIn_s must be whole seconds from 1 to ${max}`, value);
  return value;
}
