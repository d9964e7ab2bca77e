/** The providers: a client, and a room of it. */
import {
  type Client,
  type ClientOptions,
  createClient,
  type DefaultPresence,
  type EnterOptions,
  type TokenProvider,
} from '@mote/presence';
import { createElement, type ReactNode, useMemo } from 'react';
import { ClientContext, RoomContext, useAnyClient } from './context.js';
import { useNewest } from './newest.js';
import type { SeedUser } from './seed.js';
import type { AnyClient, AnyObject, RoomStore } from './store.js';
import { useHold, useRoomStore } from './use-room-store.js';

/** A client of your own, or what `createClient` takes to make one. */
export type MoteProviderProps = { readonly children?: ReactNode } & (
  | {
      /** A client made with `createClient`, outside of components. */
      readonly client: Client<never, never> | Client;
      readonly url?: never;
    }
  | ({ readonly client?: never } & ClientOptions)
);

/**
 * Gives the components in it a connection. With `url` it makes a client, another one when the `url`
 * changes; of `token` the newest counts, other options are those of the first render. Nothing
 * connects until a room is entered, and the connection ends with the last room.
 */
export function MoteProvider({ children, client: given, ...options }: MoteProviderProps): ReactNode {
  const { url, token } = options as ClientOptions;
  const newest = useNewest(token);
  const hasToken = !!token;
  const client = useMemo(() => {
    // One written inline is another at each render: whoever signed in since is in the newest.
    const ask: TokenProvider = (room) => (newest.current as TokenProvider)(room);
    const owned = { ...options, ...(hasToken && { token: ask }) } as ClientOptions;
    return (given ?? createClient(owned)) as unknown as AnyClient;
  }, [given, url, hasToken]);
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** Which room, as whom, and what is shown until it is joined. */
export type RoomProviderProps<P extends object = DefaultPresence> = {
  /** The room's id, 1 to 128 bytes. With another one the old room is left. */
  readonly id: string;
  readonly children?: ReactNode;
  /** The others as the server that rendered the page knew them: shown until the room is joined. */
  readonly initialOthers?: readonly SeedUser[];
  /** The count as that server knew it; the number of `initialOthers` by default. */
  readonly initialCount?: number;
} & EnterOptions<P>;

/**
 * Enters a room for the components in it, while they are mounted. Entered more than once at the same
 * time, a room is one room. With another `id`, `name` or `color` it is left and entered anew; the other
 * options are those of the first render.
 */
export function RoomProvider<P extends object = DefaultPresence>(
  props: RoomProviderProps<P>,
): ReactNode {
  const { id, children, initialOthers, initialCount, ...enter } = props;
  const client = useAnyClient('RoomProvider');
  const store = useRoomStore(client, id, {
    enter: enter as unknown as EnterOptions<AnyObject>,
    others: initialOthers,
    count: initialCount,
  });
  const held = createElement(Held, { store });
  return createElement(RoomContext.Provider, { value: store }, held, children);
}

/** Before the children: their effects find the room entered, also when they are shown again. */
function Held({ store }: { store: RoomStore }): ReactNode {
  useHold(store);
  return null;
}
