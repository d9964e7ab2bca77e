/** A part of an outside object's snapshot. */
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';

/** Compares two selections: the component renders again when it says false. */
export type IsEqual<T> = (before: T, after: T) => boolean;

/** An object outside of React: what it is now, what it was when the server rendered, its changes. */
export interface Source<T> {
  readonly subscribe: (changed: () => void) => () => void;
  /** The same value until something changes. */
  readonly get: () => T;
  readonly getInitial: () => T;
}

/**
 * What `selector` makes of the source; the component renders again only when that changes, by
 * `isEqual`. An inline selector may be another function at each render. As in React's own
 * `useSyncExternalStoreWithSelector`.
 */
export function useSelected<T, S>(
  source: Source<T>,
  selector: (value: T) => S,
  isEqual: IsEqual<S> = Object.is,
): S {
  const shown = useRef<{ readonly value: S } | null>(null);
  const [get, getInitial] = useMemo(() => {
    let last: { readonly of: T; readonly value: S } | null = null;
    const select = (of: T): S => {
      if (last && Object.is(last.of, of)) return last.value;
      const before = last ?? shown.current;
      const value = selector(of);
      last = { of, value: before && isEqual(before.value, value) ? before.value : value };
      return last.value;
    };
    return [() => select(source.get()), () => select(source.getInitial())];
  }, [source, selector, isEqual]);
  const value = useSyncExternalStore(source.subscribe, get, getInitial);
  useEffect(() => {
    shown.current = { value };
  }, [value]);
  return value;
}

/**
 * Equal when both are arrays or plain objects with the same keys and values, or the same: for
 * selectors that make objects.
 */
export function shallow(before: unknown, after: unknown): boolean {
  if (Object.is(before, after)) return true;
  if (!isContainer(before) || !isContainer(after)) return false;
  if (Array.isArray(before) !== Array.isArray(after)) return false;
  const keys = Object.keys(before);
  return (
    keys.length === Object.keys(after).length &&
    keys.every((key) => Object.hasOwn(after, key) && Object.is(before[key], after[key]))
  );
}

/** What is compared by its keys: a `Map` or a `Date` has none of its own. */
function isContainer(value: unknown): value is { readonly [key: string]: unknown } {
  return Array.isArray(value) || (!!value && Object.getPrototypeOf(value) === Object.prototype);
}
