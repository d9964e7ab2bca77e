/** The pointer as a cursor: what `room.trackCursor` wires. */
import { type Anchor, anchorAt } from './anchors.js';
import { pageClock } from './clock.js';
import { surfaceMatrix, toFraction } from './coords.js';
import { ANCHOR_INTERVAL_MS } from './limits.js';
import { Pace } from './pace.js';
import type { Position, Surface } from './types.js';

/**
 * Tells positions on `surface` until the returned function is called; with `setSurface` on the
 * anchors inside of it, whose ids that is told before.
 */
export function trackPointer(
  surface: Surface,
  tell: (position: Position | null) => void,
  setSurface: ((id: string | null) => void) | null = null,
): () => void {
  surfaceMatrix(surface); // Throws for what is no surface now, not at the first move.
  const target = isElement(surface) ? surface : document.documentElement;
  const end = new AbortController();
  let last: PointerEvent | null = null;
  /** Under the pointer, and the one that the surface is. */
  let anchor: Anchor | null = null;
  let told: Anchor | null = null;
  const pace = new Pace(ANCHOR_INTERVAL_MS, pageClock, () => {
    if (end.signal.aborted || !last) return;
    if (anchor?.id !== told?.id) setSurface?.(anchor?.id ?? null);
    tellOn(last);
  });

  const tellOn = ({ clientX, clientY }: PointerEvent) => {
    // Another element may have the id that was told.
    told = anchor;
    tell(toFraction(told?.element ?? surface, clientX, clientY));
  };
  const show = (under: EventTarget | null) => {
    if (!last) return;
    if (setSurface) anchor = anchorAt(under, target);
    if (anchor?.id === told?.id) tellOn(last);
    else pace.request();
  };
  const move = (event: Event) => {
    last = event as PointerEvent;
    show(event.target);
  };
  const scroll = () => {
    if (last) show(setSurface && document.elementFromPoint(last.clientX, last.clientY));
  };
  const hide = () => {
    last = null;
    tell(null);
  };
  const options = { signal: end.signal, passive: true };
  target.addEventListener('pointermove', move, options);
  target.addEventListener('pointerdown', move, options);
  target.addEventListener('pointerleave', hide, options);
  window.addEventListener('blur', hide, options);
  document.addEventListener('visibilitychange', () => document.hidden && hide(), options);
  // Scrolling moves the surface under a pointer that rests.
  window.addEventListener('scroll', scroll, { ...options, capture: true });
  return () => {
    if (end.signal.aborted) return;
    end.abort();
    hide();
    if (told) setSurface?.(null);
  };
}

function isElement(surface: Surface): surface is Element {
  return typeof surface === 'object' && 'addEventListener' in surface;
}
