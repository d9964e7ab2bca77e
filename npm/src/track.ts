/** The pointer as a cursor: what `room.trackCursor` wires. */
import { boxOf, toFraction } from './coords.js';
import type { Position, Surface } from './types.js';

/** Tells positions on `surface` until the returned function is called. */
export function trackPointer(
  surface: Surface,
  tell: (position: Position | null) => void,
): () => void {
  boxOf(surface); // Throws for what is no surface now, not at the first move.
  const target: EventTarget = isElement(surface) ? surface : document.documentElement;
  let last: { clientX: number; clientY: number } | null = null;

  const show = () => {
    if (last) tell(toFraction(surface, last.clientX, last.clientY));
  };
  const move = (event: Event) => {
    const { clientX, clientY } = event as PointerEvent;
    last = { clientX, clientY };
    show();
  };
  const hide = () => {
    last = null;
    tell(null);
  };
  const end = new AbortController();
  const options = { signal: end.signal, passive: true };
  target.addEventListener('pointermove', move, options);
  target.addEventListener('pointerdown', move, options);
  target.addEventListener('pointerleave', hide, options);
  window.addEventListener('blur', hide, options);
  // Scrolling moves the surface under a pointer that rests.
  window.addEventListener('scroll', show, { ...options, capture: true });
  return () => {
    if (end.signal.aborted) return;
    end.abort();
    hide();
  };
}

function isElement(surface: Surface): surface is Element {
  return typeof surface === 'object' && 'addEventListener' in surface;
}
