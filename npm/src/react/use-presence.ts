/** A whole room in one hook. */
import {
  type Client,
  createClient,
  type DefaultPresence,
  type DefaultRoomEvent,
  type EnterOptions,
  type Position,
  type Room,
  type Self,
  type Status,
  type User,
} from '@mote/presence';
import { useContext, useMemo } from 'react';
import { ClientContext } from './context.js';
import { cursorsOf, othersOf } from './reading.js';
import { useSelected } from './selected.js';
import type { AnyClient, AnyObject, RoomStore } from './store.js';
import { useHold, useRoomStore } from './use-room-store.js';

/** Somebody's cursor, with whose it is. */
export interface LiveCursor<P extends object = DefaultPresence> {
  /** Whose it is. */
  readonly user: User<P>;
  /** A fraction of the surface, from its left edge. */
  readonly x: number;
  /** A fraction of the surface, from its top edge. */
  readonly y: number;
}

/** How `usePresence` enters a room. */
export type UsePresenceOptions<P extends object = DefaultPresence> = EnterOptions<P> & {
  /** The server's address; left out, the client of the `MoteProvider` around is used. */
  url?: string;
};

/** A room in one object. */
export interface Presence<P extends object = DefaultPresence, E = DefaultRoomEvent> {
  /** The others' cursors, the newest positions. */
  readonly cursors: readonly LiveCursor<P>[];
  /** The others. */
  readonly users: readonly User<P>[];
  /** Yourself; null until the room is joined. */
  readonly self: Self<P> | null;
  /** People in the room, yourself included. */
  readonly count: number;
  readonly status: Status;
  /** Shows your cursor at fractions of the surface, or hides it with null. */
  readonly updateCursor: (position: Position | null) => void;
  /** Replaces top-level keys of your presence. */
  readonly updatePresence: (patch: Partial<P>) => void;
  /** Everything else. */
  readonly room: Room<P, E>;
}

/** Clients made here, one for each address: components that name the same one share it. */
const clients = new Map<string, AnyClient>();

/**
 * Enters a room while the component is mounted and gives all of it. The component renders again
 * whenever any of it changes, cursors included, at most once a frame: for a page where that is too
 * often there are the other hooks.
 */
export function usePresence<P extends object = DefaultPresence, E = DefaultRoomEvent>(
  roomId: string,
  ...[options]: {} extends P ? [options?: UsePresenceOptions<P>] : [options: UsePresenceOptions<P>]
): Presence<P, E> {
  const { url, ...enter } = { ...options } as UsePresenceOptions<P>;
  const around = useContext(ClientContext);
  const client = url === undefined ? around : clientOf(url);
  if (!client) {
    throw new Error(
      "usePresence needs a server: usePresence(room, { url: 'wss://…/ws' }), or a MoteProvider around",
    );
  }
  const store = useRoomStore(client, roomId, { enter: enter as unknown as EnterOptions<AnyObject> });
  useHold(store);
  const { handle } = store;
  const users = useSelected(othersOf(store), (others) => others) as unknown as readonly User<P>[];
  const triples = useSelected(cursorsOf(store), (cursors) => cursors);
  const rest = useSelected(restOf(store), (value) => value);
  const cursors = useMemo(() => joined(users, triples), [users, triples]);
  const bound = useMemo(
    () => ({
      updateCursor: (position: Position | null) => handle.updateCursor(position),
      updatePresence: (patch: Partial<P>) => handle.updatePresence(patch as never),
      room: handle as unknown as Room<P, E>,
    }),
    [handle],
  );
  return { cursors, users, ...(rest as Rest<P>), ...bound };
}

type Rest<P extends object> = Pick<Presence<P, never>, 'self' | 'count' | 'status'>;

/** Self, count and status together: another object when one of them is another. */
function restOf(store: RoomStore) {
  const initial: Rest<never> = { self: null, count: store.initialCount, status: 'initial' };
  let last = initial;
  const get = () => {
    const now = { self: store.self(), count: store.count(), status: store.handle.getStatus() };
    const isSame =
      now.self === last.self && now.count === last.count && now.status === last.status;
    if (!isSame) last = now as unknown as Rest<never>;
    return last;
  };
  return store.source('rest', ['self', 'count', 'status'], get, initial);
}

function clientOf(url: string): AnyClient {
  let client = clients.get(url);
  if (!client) {
    client = createClient({ url }) as Client as unknown as AnyClient;
    clients.set(url, client);
  }
  return client;
}

function joined<P extends object>(
  users: readonly User<P>[],
  triples: Float32Array,
): readonly LiveCursor<P>[] {
  const byId = new Map(users.map((user) => [user.connectionId, user]));
  const cursors: LiveCursor<P>[] = [];
  for (let i = 0; i < triples.length; i += 3) {
    const user = byId.get(triples[i] as number);
    if (user) cursors.push({ user, x: triples[i + 1] as number, y: triples[i + 2] as number });
  }
  return cursors;
}
