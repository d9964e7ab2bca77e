/** Keeping a point in view by scrolling, until somebody scrolls otherwise. */
import type { Place } from './places.js';

/** The share of a view, from each edge, in which a followed point makes it scroll. */
const MARGIN = 0.2;
/** The share of the way that is scrolled in a frame: quick, and without a jerk. */
const SHARE = 0.2;

const KEYS: ReadonlySet<string> = new Set([
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'PageUp',
  'PageDown',
  'Home',
  'End',
  ' ',
]);

/** Calls `end` when the person at this page scrolls; returns a function that stops listening. */
export function watchScrolling(end: () => void): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal, passive: true, capture: true };
  window.addEventListener('wheel', end, options);
  window.addEventListener('touchmove', end, options);
  window.addEventListener('keydown', ({ key }) => KEYS.has(key) && end(), options);
  return () => stop.abort();
}

/** Scrolls a step so that a point of the window comes into view; whether there was one to do. */
export function scrollTowards(
  x: number,
  y: number,
  { scrollers }: Place,
  atOnce: boolean,
): boolean {
  const views = scrollers.map((element) => ({ element, box: element.getBoundingClientRect() }));
  const page = document.scrollingElement;
  if (page) views.push({ element: page, box: new DOMRect(0, 0, innerWidth, innerHeight) });
  for (const { element, box } of views) {
    const left = step(x, box.left, box.width, atOnce);
    const top = step(y, box.top, box.height, atOnce);
    const { scrollLeft, scrollTop } = element;
    if (left !== 0 || top !== 0) element.scrollBy({ left, top, behavior: 'instant' });
    if (element.scrollLeft !== scrollLeft || element.scrollTop !== scrollTop) return true;
  }
  return false;
}

function step(at: number, start: number, length: number, atOnce: boolean): number {
  const [low, high] = [start + length * MARGIN, start + length * (1 - MARGIN)];
  const missing = at < low ? at - low : at > high ? at - high : 0;
  const part = atOnce ? missing : missing * SHARE;
  // A step of less than a pixel may be none.
  return part < 0 ? Math.floor(part) : Math.ceil(part);
}
