/** A room of a component's own. */
import { useEffect, useMemo } from 'react';
import { type AnyClient, RoomStore, type StoreOptions } from './store.js';

/** The store of a room that is entered while it is held. */
export function useRoomStore(client: AnyClient, id: string, options: StoreOptions): RoomStore {
  // Of the rest, later renders are not looked at: an inline object is another one at each.
  const { name, color, observer } = options.enter;
  return useMemo(
    () => new RoomStore(client, id, options),
    [client, id, name, color, observer],
  );
}

/** Keeps the store's room entered while the component is mounted. */
export function useHold(store: RoomStore): void {
  useEffect(() => store.hold(), [store]);
}
