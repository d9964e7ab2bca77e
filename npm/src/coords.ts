/**
 * Positions as fractions of a surface: the same formulas as `coords::Surface` in the Rust core,
 * held to the same golden vectors, and what only a page knows: scrolled content and transforms.
 */
import { isObject } from './json.js';
import { must } from './must.js';
import type { Box, Position, Surface, SurfaceMatrix } from './types.js';

/**
 * The fractions of `surface` at a position in the window (`event.clientX`, `event.clientY`), not
 * clamped: outside of the surface they are under 0 or over 1. On a surface without area, 0.
 */
export function toFraction(surface: Surface, clientX: number, clientY: number): Position {
  const { a, b, c, d, e, f } = surfaceMatrix(surface);
  const [x, y] = [clientX - e, clientY - f];
  if (b === 0 && c === 0) return { x: part(x, a), y: part(y, d) };
  const area = a * d - b * c;
  return { x: part(d * x - c * y, area), y: part(a * y - b * x, area) };
}

/** The position in the window, in CSS pixels, of a fraction of `surface`. */
export function fromFraction(surface: Surface, position: Position): Position {
  must(isObject(position), 'the position must be like { x: 0.5, y: 0.5 }', position);
  const { a, b, c, d, e, f } = surfaceMatrix(surface);
  const { x, y } = position;
  return { x: e + a * x + c * y, y: f + b * x + d * y };
}

/**
 * Where a surface stands in the window now: fractions times this matrix are CSS pixels. For who
 * draws many cursors: measure once a frame. Throws a `TypeError` for what is no surface.
 *
 * The window is the layout viewport, what `position: fixed` and pointer events refer to, so
 * pinch-zoom changes nothing. An element has its border box, also where it or an ancestor is
 * scaled, rotated or skewed; one that scrolls (`overflow: auto` or `scroll`) has its whole content,
 * as the document has. Perspective is not followed.
 */
export function surfaceMatrix(surface: Surface): SurfaceMatrix {
  if (surface === 'viewport') {
    return boxMatrix({ left: 0, top: 0, width: innerWidth, height: innerHeight });
  }
  if (surface === 'document') {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return boxMatrix({ left: -scrollX, top: -scrollY, width: scrollWidth, height: scrollHeight });
  }
  if (isObject(surface)) {
    if ('getBoundingClientRect' in surface) return elementMatrix(surface as Element);
    const { left, top, width, height } = surface as Box;
    if ([left, top, width, height].every(Number.isFinite)) return boxMatrix(surface as Box);
  }
  must(
    false,
    'the surface must be an element, "viewport", "document" or { left, top, width, height }',
    surface,
  );
}

function boxMatrix({ left, top, width, height }: Box): SurfaceMatrix {
  return { a: width, b: 0, c: 0, d: height, e: left, f: top };
}

function elementMatrix(element: Element): SurfaceMatrix {
  const box = element.getBoundingClientRect();
  // An SVG's parts have neither a border box nor content that scrolls.
  const { offsetWidth: width = 0, offsetHeight: height = 0 } = element as HTMLElement;
  if (width === 0 || height === 0) return boxMatrix(box);
  let { a, b, c, d } = linearPart(element);
  // What the styles do not say (zoom, the frame's scale) the box does: it is as wide as the
  // transformed border box.
  const across = ratio(box.width, Math.abs(a) * width + Math.abs(c) * height);
  const down = ratio(box.height, Math.abs(b) * width + Math.abs(d) * height);
  [a, b, c, d] = [a * across, b * down, c * across, d * down];
  // The surface in the element's own pixels. Upright, its size is known better than in whole ones.
  const isUpright = b === 0 && c === 0;
  let right = isUpright ? box.width / Math.abs(a) : width;
  let bottom = isUpright ? box.height / Math.abs(d) : height;
  // The middle of the border box is the middle of the box that is around it in the window.
  let [x, y] = [right / -2, bottom / -2];
  const { overflowX, overflowY, direction } = getComputedStyle(element);
  if (SCROLLS.test(overflowX) || SCROLLS.test(overflowY)) {
    right = element.scrollWidth;
    bottom = element.scrollHeight;
    const before = direction === 'rtl' ? right - element.clientWidth : 0;
    x += element.clientLeft - element.scrollLeft - before;
    y += element.clientTop - element.scrollTop;
  }
  return {
    a: a * right,
    b: b * right,
    c: c * bottom,
    d: d * bottom,
    e: box.left + box.width / 2 + a * x + c * y,
    f: box.top + box.height / 2 + b * x + d * y,
  };
}

const SCROLLS = /auto|scroll/;

/** Whole pixels (`offsetWidth`) differ from the box's by less than one without being scaled. */
function ratio(actual: number, expected: number): number {
  return Math.abs(actual - expected) < 1 ? 1 : actual / expected;
}

/** What the transforms of an element and of all around it do, but for where they put it. */
function linearPart(element: Element): Omit<SurfaceMatrix, 'e' | 'f'> {
  let [a, b, c, d] = [1, 0, 0, 1];
  for (let at: Element | null = element; at; at = parent(at)) {
    const { rotate, scale, transform } = getComputedStyle(at);
    const own = [
      // An angle alone: about an axis of space it has more parts.
      isSet(rotate) && !rotate.includes(' ') ? `rotate(${rotate})` : '',
      isSet(scale) ? `scale(${scale.split(' ', 2)})` : '',
      isSet(transform) ? transform : '',
    ].join('');
    if (own) ({ a, b, c, d } = new DOMMatrix(own).multiply({ a, b, c, d }));
  }
  return { a, b, c, d };
}

function isSet(value: string | undefined): value is string {
  return !!value && value !== 'none';
}

/** The parent in the tree as it is laid out, shadow roots and slots included. */
function parent(element: Element): Element | null {
  return (
    element.assignedSlot ??
    element.parentElement ??
    (element.getRootNode() as Partial<ShadowRoot>).host ??
    null
  );
}

function part(distance: number, length: number): number {
  return length === 0 ? 0 : distance / length;
}
