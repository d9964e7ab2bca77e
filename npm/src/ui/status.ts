/** What a connection's status is called for people who use the page. */
import type { LostConnection, Status } from '../types.js';

/** A status in words; `lost` is the last of the `lost-connection` events. */
export function statusText(status: Status, lost: LostConnection | null): string {
  if (status === 'connected') return 'Live';
  if (status === 'disconnected') return 'Disconnected';
  if (lost === 'lost') return 'Connection lost, trying again';
  return status === 'reconnecting' ? 'Reconnecting' : 'Connecting';
}
