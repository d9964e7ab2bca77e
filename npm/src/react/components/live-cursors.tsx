/** Everybody's cursors, drawn without rendering. */
import { type CursorOverlay, type CursorsOptions, mountCursors } from '@mote/presence/cursors';
import type { DefaultPresence } from '@mote/presence';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { useRoom } from '../reading.js';

/** How cursors are shown. */
export interface LiveCursorsProps<P extends object = DefaultPresence>
  extends Omit<CursorsOptions<P>, 'container'> {
  /** To follow somebody or to say something at your cursor; null while they are not mounted. */
  readonly overlay?: RefObject<CursorOverlay | null>;
}

/**
 * Draws the others' cursors of the room around and shows yours to them. It renders nothing itself and
 * never again for a cursor that moves. `surface` is the window by default; `CursorOverlay` makes an
 * element for it.
 */
export function LiveCursors<P extends object = DefaultPresence>(
  props: LiveCursorsProps<P>,
): ReactNode {
  const { overlay, surface = 'viewport', track, anchors, hideCursors, idleAfter_ms } = props;
  const room = useRoom<P>();
  const own = useRef<CursorOverlay | null>(null);
  const mounted = overlay ?? own;
  const newest = useRef(props);
  useEffect(() => {
    newest.current = props;
  });
  useEffect(() => {
    const cursors = mountCursors(room, {
      surface,
      ...defined({ track, anchors, idleAfter_ms }),
      hideCursors: newest.current.hideCursors === true,
      label: (user) => (newest.current.label ? newest.current.label(user) : user.name),
      onFollowEnd: (connectionId) => newest.current.onFollowEnd?.(connectionId),
    });
    mounted.current = cursors;
    return () => {
      mounted.current = null;
      cursors.destroy();
    };
  }, [room, mounted, surface, track, anchors, idleAfter_ms]);
  useEffect(() => mounted.current?.setHidden(hideCursors === true), [mounted, hideCursors]);
  return null;
}

/** Options without those that were left out, so that defaults are the overlay's. */
function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
