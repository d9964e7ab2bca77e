/** Which client and which room a component is in. */
import { createContext, useContext } from 'react';
import type { AnyClient, RoomStore } from './store.js';

export const ClientContext = createContext<AnyClient | null>(null);
export const RoomContext = createContext<RoomStore | null>(null);

/** The store of the `RoomProvider` around. */
export function useStore(hook: string): RoomStore {
  const store = useContext(RoomContext);
  if (store) return store;
  throw new Error(
    `${hook} is used outside of a RoomProvider. Put one around the component:\n` +
      '  <MoteProvider url="wss://…/ws">\n' +
      '    <RoomProvider id="my-room">…</RoomProvider>\n' +
      '  </MoteProvider>',
  );
}

/** The client of the `MoteProvider` around. */
export function useAnyClient(hook: string): AnyClient {
  const client = useContext(ClientContext);
  if (client) return client;
  throw new Error(
    `${hook} is used outside of a MoteProvider. Put one around the component:\n` +
      '  <MoteProvider url="wss://…/ws">…</MoteProvider>',
  );
}
