/** What can be listened to. */
import type { RoomListeners } from './types.js';

/** The listeners of the package's own parts; no name of the public types. */
export const OWN_EVENTS = 'mote' as 'event';

export const LISTENERS: readonly string[] = [
  'status',
  'self',
  'my-presence',
  'others',
  'cursors',
  'event',
  'count',
  'error',
  'lost-connection',
] satisfies (keyof RoomListeners)[];

export function isListener(name: string): boolean {
  return name === OWN_EVENTS || LISTENERS.includes(name);
}
