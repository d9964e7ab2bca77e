/** Presence for React 18 and 19: providers, hooks, components. */
export { MoteProvider, type MoteProviderProps, RoomProvider, type RoomProviderProps } from './providers.js';
export {
  useClient,
  useCount,
  useCursors,
  useOther,
  useOthers,
  useOthersConnectionIds,
  useOthersMapped,
  usePeople,
  useRoom,
  useSelf,
  useStatus,
} from './reading.js';
export { useBroadcastEvent, useMyPresence, useUpdateCursor, useUpdateMyPresence } from './writing.js';
export {
  type OthersEvent,
  useErrorListener,
  useEventListener,
  useLostConnectionListener,
  useOthersListener,
} from './listening.js';
export { type LiveCursor, type Presence, usePresence, type UsePresenceOptions } from './use-presence.js';
export { type IsEqual, shallow } from './selected.js';
export type { SeedUser } from './seed.js';
export { AvatarStack, type AvatarStackProps } from './components/avatar-stack.js';
export { ConnectionStatus, type ConnectionStatusProps } from './components/connection-status.js';
export { Cursor, type CursorProps } from './components/cursor.js';
export { CursorOverlay, type CursorOverlayProps } from './components/cursor-overlay.js';
export { LiveCursors, type LiveCursorsProps } from './components/live-cursors.js';
export { PresenceCount, type PresenceCountProps } from './components/presence-count.js';
