/** Hooks that say something. Their functions are the same at each render, and render nothing. */
import type { DefaultPresence, DefaultRoomEvent, Position } from '@mote/presence';
import { useCallback } from 'react';
import { useStore } from './context.js';
import { useSelected } from './selected.js';

/** Your presence, and a function that replaces some of its top-level keys. */
export function useMyPresence<P extends object = DefaultPresence>(): [
  presence: Readonly<P>,
  update: (patch: Partial<P>) => void,
] {
  const store = useStore('useMyPresence');
  const source = store.source('my-presence', ['my-presence'], store.presence, store.initialPresence);
  const presence = useSelected(source, (value) => value as unknown as Readonly<P>);
  return [presence, useUpdateMyPresence<P>()];
}

/** Replaces top-level keys of your presence. Does not render again when it changes. */
export function useUpdateMyPresence<P extends object = DefaultPresence>(): (
  patch: Partial<P>,
) => void {
  const { handle } = useStore('useUpdateMyPresence');
  return useCallback((patch) => handle.updatePresence(patch as never), [handle]);
}

/** Shows your cursor at fractions of the room's surface, or hides it with null. */
export function useUpdateCursor(): (position: Position | null) => void {
  const { handle } = useStore('useUpdateCursor');
  return useCallback((position) => handle.updateCursor(position), [handle]);
}

/** Sends an event to the others in the room. */
export function useBroadcastEvent<E = DefaultRoomEvent>(): (event: E) => void {
  const { handle } = useStore('useBroadcastEvent');
  return useCallback((event) => handle.broadcastEvent(event as never), [handle]);
}
