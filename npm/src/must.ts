/** Refusing what the application gives: each error says what would be right, then what was given. */

/** Throws a `TypeError` unless something is as `wanted` says that it must be. */
export function must(isRight: unknown, wanted: string, given: unknown): asserts isRight {
  if (!isRight) throw new TypeError(`${wanted}, not ${describe(given)}`);
}

/** Throws a `TypeError` when something has more bytes than it may have. */
export function mustFit(what: string, bytes: number, bytes_max: number): void {
  must(
    bytes <= bytes_max,
    `${what} must have at most ${bytes_max} bytes (refer to what is large)`,
    bytes,
  );
}

/** A value in a few words. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 50));
  if (value == null || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  return `an instance of ${value.constructor?.name}`;
}
