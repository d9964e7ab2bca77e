/** Refusing what the application gives: errors say what would be right, then what was given. */

/** Throws a `TypeError` unless something is as `wanted` says that it must be. */
export function must(isRight: unknown, wanted: string, given: unknown): asserts isRight {
  if (!isRight) throw new TypeError(`${wanted}, not ${describe(given)}`);
}

/** Throws a `TypeError` when something has more bytes than it may have. */
export function mustFit(what: string, bytes: number, bytes_max: number): void {
  const wanted = `${what} must have at most ${bytes_max} bytes (store large things elsewhere)`;
  must(bytes <= bytes_max, wanted, bytes);
}

/** A value in a few words. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 50));
  if (value == null || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  return `an instance of ${value.constructor?.name}`;
}
