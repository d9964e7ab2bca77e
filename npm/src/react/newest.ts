/** Callbacks of which only the newest counts. */
import { type RefObject, useInsertionEffect, useRef } from 'react';

/** The value of the newest render that counted, for who is not subscribed anew. */
export function useNewest<T>(value: T): Readonly<RefObject<T>> {
  const newest = useRef(value);
  // Before any other effect reads it.
  useInsertionEffect(() => {
    newest.current = value;
  });
  return newest;
}
