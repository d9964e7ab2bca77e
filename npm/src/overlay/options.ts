/** How cursors are mounted, and what can be done with them then. */
import { type Surface, surfaceMatrix, type User } from '@mote/presence';
import { IDLE_AFTER_MS } from './limits.js';

/** How to mount cursors. */
export interface CursorsOptions<P extends object> {
  /**
   * What cursors without an anchor are fractions of: the window (the default), the document, or an
   * element, which all of you show.
   */
  surface?: 'viewport' | 'document' | Element;
  /** Show your own pointer on that surface to the others; true by default. */
  track?: boolean;
  /**
   * Cursors belong to the nearest element with a `data-mote-anchor="<id>"`, where there is one; true
   * by default. Without it those on anchors are not shown.
   */
  anchors?: boolean;
  /** What the overlay is appended to; the body by default. It must not be inside of `surface`. */
  container?: Element;
  /** What stands beside a cursor; the name by default. Nothing for an empty text. */
  label?: (user: User<P>) => string;
  /** Begin without showing anybody's cursor: see `setHidden`. */
  hideCursors?: boolean;
  /** After how long without a move a cursor fades, in milliseconds; 5,000 by default. */
  idleAfter_ms?: number;
  /** Following ended: you scrolled, or they left. */
  onFollowEnd?: (connectionId: number) => void;
}

/** The others' cursors over the page. */
export interface CursorOverlay {
  /**
   * Scrolls the page, and what of it scrolls around the surface, so that this person's cursor stays
   * in view, until you scroll yourself or they leave: then `onFollowEnd` is called. Null ends it.
   */
  follow(connectionId: number | null): void;
  /** Hides the others' cursors, or shows them again. Yours is shown to them as before. */
  setHidden(isHidden: boolean): void;
  /**
   * Shows a text at your cursor, to the others, for ten seconds or until the next one; null takes it
   * back. Its first 140 characters; call it on every key, it is sent ten times a second at most.
   */
  say(text: string | null): void;
  /** Takes everything away again: elements, listeners, timers, the tracking of your pointer. */
  destroy(): void;
}

/** Options, checked, with what was left out. */
export interface Settings<P extends object> {
  surface: Surface;
  track: boolean;
  anchors: boolean;
  container: Element;
  label: (user: User<P>) => string;
  isHidden: boolean;
  idleAfter_ms: number;
  onFollowEnd: (connectionId: number) => void;
}

export function settings<P extends object>(options: CursorsOptions<P>): Settings<P> {
  if (typeof document === 'undefined') {
    throw new Error(
      'mountCursors was called where there is no page (on the server?): call it in the browser, ' +
        'in an effect or an event handler',
    );
  }
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `mountCursors takes a room and options like { surface: element }, not ${String(options)}`,
    );
  }
  const { surface = 'viewport', container = document.body, label = (user) => user.name } = options;
  surfaceMatrix(surface); // Throws for what is no surface.
  if (!(container instanceof Element)) {
    throw new TypeError('container must be an element: is the ref set, is the page loaded?');
  }
  if (typeof label !== 'function') {
    throw new TypeError(`label must be a function of a user, not ${typeof label}`);
  }
  const { idleAfter_ms = IDLE_AFTER_MS, onFollowEnd = () => {} } = options;
  if (!(idleAfter_ms >= 0)) {
    throw new TypeError(`idleAfter_ms must be a number of milliseconds, not ${idleAfter_ms}`);
  }
  const { track = true, anchors = true, hideCursors: isHidden = false } = options;
  return { surface, track, anchors, container, label, isHidden, idleAfter_ms, onFollowEnd };
}
