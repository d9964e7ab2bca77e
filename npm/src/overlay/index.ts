/** The others' cursors drawn over a page, without a framework. */
import type { Room } from '@mote/presence';
import { type CursorOverlay, type CursorsOptions, settings } from './options.js';
import { Overlay } from './overlay.js';

export type { CursorOverlay, CursorsOptions } from './options.js';

/**
 * Draws the others' cursors of a room over the page, each at its place on the surface, and shows
 * yours to them. Leaving the room takes them away; `destroy` all of it.
 *
 * Looks: the CSS variables `--mote-cursor-color`, `-size`, `-outline`, `-opacity`, `-idle-opacity`,
 * `-font`, `-label-color`, `-label-radius`, `-label-shadow` and `-z-index`, and the parts `cursor`,
 * `look`, `arrow`, `tag`, `label` and `say` of `[data-mote-cursors]`.
 *
 * ```ts
 * const cursors = mountCursors(room, { surface: 'document' });
 * ```
 */
export function mountCursors<P extends object, E>(
  room: Room<P, E>,
  options: CursorsOptions<P> = {},
): CursorOverlay {
  const checked = settings(options);
  if (typeof (room as Partial<Room<P, E>> | null)?.animateCursors !== 'function') {
    throw new TypeError('mountCursors takes a room, like the one that enterRoom returns');
  }
  return new Overlay(room as never, checked as never);
}
