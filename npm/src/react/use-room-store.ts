/** A room of a component's own. */
import { useEffect, useMemo } from 'react';
import { type AnyClient, RoomStore, type StoreOptions } from './store.js';

/** The store of a room that is entered while the component is mounted. */
export function useRoomStore(client: AnyClient, id: string, options: StoreOptions): RoomStore {
  // Options of later renders are not looked at: an inline object is another one at each.
  const store = useMemo(() => new RoomStore(client, id, options), [client, id]);
  useEffect(() => store.hold(), [store]);
  return store;
}
