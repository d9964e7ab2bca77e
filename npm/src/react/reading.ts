/** Hooks that read a room, and render again when what they read changes. */
import type {
  Client,
  DefaultPresence,
  DefaultRoomEvent,
  Person,
  Room,
  Self,
  Status,
  User,
} from '@mote/presence';
import { useEffect, useRef } from 'react';
import { useAnyClient, useStore } from './context.js';
import { type IsEqual, shallow, useSelected } from './selected.js';
import type { RoomStore } from './store.js';

const NO_CURSORS = new Float32Array();
const NOBODY: readonly never[] = [];

const itself = <T>(value: T): T => value;

/** The client of the `MoteProvider` around. */
export function useClient<P extends object = DefaultPresence, E = DefaultRoomEvent>(): Client<P, E> {
  return useAnyClient('useClient') as unknown as Client<P, E>;
}

/**
 * The room of the `RoomProvider` around: the same object at each render, usable in effects and event
 * handlers. Does not render again by itself.
 */
export function useRoom<P extends object = DefaultPresence, E = DefaultRoomEvent>(): Room<P, E> {
  return useStore('useRoom').handle as unknown as Room<P, E>;
}

/** Where the room stands: `initial` on a server, `connecting`, `connected`, … */
export function useStatus(): Status {
  const store = useStore('useStatus');
  const get = () => store.handle.getStatus();
  return useSelected(store.source<Status>('status', ['status'], get, 'initial'), itself);
}

/** People in the room, yourself included. */
export function useCount(): number {
  const store = useStore('useCount');
  const source = store.source('count', ['count', 'status'], store.count, store.initialCount);
  return useSelected(source, itself);
}

/** Yourself, or what `selector` picks of it; null until the room is joined. */
export function useSelf<P extends object = DefaultPresence>(): Self<P> | null;
export function useSelf<T, P extends object = DefaultPresence>(
  selector: (self: Self<P>) => T,
  isEqual?: IsEqual<T | null>,
): T | null;
export function useSelf<T, P extends object>(
  selector: (self: Self<P>) => T = itself as never,
  isEqual?: IsEqual<T | null>,
): T | null {
  const store = useStore('useSelf');
  const source = store.source<unknown>('self', ['self'], store.self, null);
  return useSelected(source, (self) => (self ? selector(self as Self<P>) : null), isEqual);
}

/**
 * The others, or what `selector` picks of them. A cursor that moves changes nothing here: see
 * `useCursors` and `LiveCursors`.
 */
export function useOthers<P extends object = DefaultPresence>(): readonly User<P>[];
export function useOthers<T, P extends object = DefaultPresence>(
  selector: (others: readonly User<P>[]) => T,
  isEqual?: IsEqual<T>,
): T;
export function useOthers<T, P extends object>(
  selector: (others: readonly User<P>[]) => T = itself as never,
  isEqual?: IsEqual<T>,
): T {
  return useSelectedOthers('useOthers', selector, isEqual);
}

/** What `selector` picks of one of the others; null when they are not in the room. */
export function useOther<T, P extends object = DefaultPresence>(
  connectionId: number,
  selector: (other: User<P>) => T,
  isEqual?: IsEqual<T | null>,
): T | null {
  const select = (others: readonly User<P>[]) => {
    const other = others.find((user) => user.connectionId === connectionId);
    return other ? selector(other) : null;
  };
  return useSelectedOthers('useOther', select, isEqual);
}

/** For each of the others their connectionId and what `selector` picks of them. */
export function useOthersMapped<T, P extends object = DefaultPresence>(
  selector: (other: User<P>) => T,
  isEqual: IsEqual<T> = Object.is,
): readonly (readonly [connectionId: number, value: T])[] {
  type Entry = readonly [connectionId: number, value: T];
  const last = useRef<readonly Entry[]>([]);
  // Who did not change has the same entry as before, for components that are memoised by it.
  const select = (others: readonly User<P>[]) => {
    const known = new Map(last.current.map((entry) => [entry[0], entry]));
    return others.map((other): Entry => {
      const entry = [other.connectionId, selector(other)] as const;
      const before = known.get(entry[0]);
      return before && isEqual(before[1], entry[1]) ? before : entry;
    });
  };
  const entries = useSelectedOthers('useOthersMapped', select, shallow);
  useEffect(() => {
    last.current = entries;
  });
  return entries;
}

/** The connectionIds of the others: a list of components that each look at one with `useOther`. */
export function useOthersConnectionIds(): readonly number[] {
  return useSelectedOthers(
    'useOthersConnectionIds',
    (others) => others.map((user) => user.connectionId),
    shallow,
  );
}

/** Everybody in the room, you first, each person once however many tabs they have open. */
export function usePeople<P extends object = DefaultPresence>(): readonly Person<P>[] {
  const store = useStore('usePeople');
  const get = () => store.handle.getPeople();
  return useSelected(store.source<unknown>('people', ['others', 'self'], get, NOBODY), itself) as readonly Person<P>[];
}

/**
 * The others' cursors as `connectionId, x, y` triples. It renders again at each frame in which one
 * moved: to draw cursors, `LiveCursors` does without.
 */
export function useCursors(): Float32Array {
  const store = useStore('useCursors');
  return useSelected(cursorsOf(store), itself);
}

/** The cursors of a store's room as a source. */
export function cursorsOf(store: RoomStore) {
  return store.source('cursors', ['cursors'], () => store.handle.getCursors(), NO_CURSORS);
}

/** The others of a store's room as a source. */
export function othersOf(store: RoomStore) {
  return store.source('others', ['others', 'status'], store.others, store.initialOthers);
}

function useSelectedOthers<T, P extends object>(
  hook: string,
  selector: (others: readonly User<P>[]) => T,
  isEqual?: IsEqual<T>,
): T {
  const store = useStore(hook);
  return useSelected(othersOf(store), selector as never, isEqual);
}
