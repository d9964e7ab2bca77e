/** An element with everybody's cursors over it. */
import type { DefaultPresence } from '@mote/presence';
import { type ComponentPropsWithoutRef, type ReactNode, useState } from 'react';
import { LiveCursors, type LiveCursorsProps } from './live-cursors.js';

/** What `LiveCursors` takes, but for the surface, and the attributes of the element. */
export interface CursorOverlayProps<P extends object = DefaultPresence>
  extends ComponentPropsWithoutRef<'div'> {
  /** How the cursors over it are shown. */
  readonly cursors?: Omit<LiveCursorsProps<P>, 'surface'>;
}

/**
 * A `div` that is the cursors' surface: positions are fractions of its box, or of what scrolls in it.
 * Where its size differs between people, the same place of it is pointed at.
 */
export function CursorOverlay<P extends object = DefaultPresence>({
  cursors,
  children,
  ...attributes
}: CursorOverlayProps<P>): ReactNode {
  const [surface, setSurface] = useState<HTMLDivElement | null>(null);
  return (
    <div {...attributes} ref={setSurface}>
      {children}
      {surface && <LiveCursors<P> {...cursors} surface={surface} />}
    </div>
  );
}
