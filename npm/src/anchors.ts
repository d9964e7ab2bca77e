/** Anchors: elements that cursors belong to, by the ids in their attribute. */
import { SURFACE_BYTES_MAX } from './limits.js';
import { byteLength } from './presence.js';

export const ANCHOR = 'data-mote-anchor';

/** An element and the id that it is known by. */
export interface Anchor {
  readonly element: Element;
  readonly id: string;
}

let isWarned = false;

/** The nearest anchor around an element, itself included, inside of `surface`. */
export function anchorAt(target: EventTarget | null, surface: Node): Anchor | null {
  let element = target instanceof Element ? target.closest(`[${ANCHOR}]`) : null;
  for (; element; element = element.parentElement?.closest(`[${ANCHOR}]`) ?? null) {
    if (element === surface || !surface.contains(element)) return null;
    const id = element.getAttribute(ANCHOR) ?? '';
    const bytes = byteLength(id);
    if (bytes > 0 && bytes <= SURFACE_BYTES_MAX) return { element, id };
    if (!isWarned) {
      isWarned = true;
      console.warn(
        `${ANCHOR} must be a string of 1 to ${SURFACE_BYTES_MAX} bytes, not ${bytes}: it is ignored`,
      );
    }
  }
  return null;
}
