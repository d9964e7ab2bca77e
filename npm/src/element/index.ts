/**
 * Presence as custom elements, for pages with and without a framework: importing this defines
 * `<mote-room>`, `<mote-cursors>`, `<mote-avatars>`, `<mote-count>` and `<mote-status>`.
 */
import { MoteAvatars } from './avatars.js';
import { define } from './base.js';
import { MoteCount } from './count.js';
import { MoteCursors } from './cursors.js';
import { MoteRoom } from './room.js';
import { MoteStatus } from './status.js';

export { MoteAvatars, MoteCount, MoteCursors, MoteRoom, MoteStatus };
export { RoomPart } from './part.js';

// The room first, so that the elements in it find it ready.
define('mote-room', MoteRoom);
define('mote-cursors', MoteCursors);
define('mote-avatars', MoteAvatars);
define('mote-count', MoteCount);
define('mote-status', MoteStatus);

declare global {
  interface HTMLElementTagNameMap {
    'mote-room': MoteRoom;
    'mote-cursors': MoteCursors;
    'mote-avatars': MoteAvatars;
    'mote-count': MoteCount;
    'mote-status': MoteStatus;
  }
}
