/**
 * Positions as fractions of a surface: the same formulas as `coords::Surface` in the Rust core,
 * held to the same golden vectors.
 */
import { isObject } from './json.js';
import { describe } from './presence.js';
import type { Box, Position, Surface } from './types.js';

/**
 * The fractions of `surface` at a position in the window (`event.clientX`, `event.clientY`), not
 * clamped: outside of the surface they are under 0 or over 1. On a surface without area, 0.
 */
export function toFraction(surface: Surface, clientX: number, clientY: number): Position {
  const { left, top, width, height } = boxOf(surface);
  return { x: part(clientX - left, width), y: part(clientY - top, height) };
}

/** The position in the window, in CSS pixels, of a fraction of `surface`. */
export function fromFraction(surface: Surface, position: Position): Position {
  if (!isObject(position)) {
    throw new TypeError(`the position is ${describe(position)}: give { x, y }`);
  }
  const { left, top, width, height } = boxOf(surface);
  return { x: left + position.x * width, y: top + position.y * height };
}

/** Where a surface stands in the window, in CSS pixels. Throws a `TypeError` for what is none. */
export function boxOf(surface: Surface): Box {
  if (surface === 'viewport') {
    return { left: 0, top: 0, width: innerWidth, height: innerHeight };
  }
  if (surface === 'document') {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return { left: -scrollX, top: -scrollY, width: scrollWidth, height: scrollHeight };
  }
  if (isObject(surface)) {
    const box =
      'getBoundingClientRect' in surface ? (surface as Element).getBoundingClientRect() : surface;
    const { left, top, width, height } = box as Box;
    if ([left, top, width, height].every(Number.isFinite)) return box as Box;
  }
  throw new TypeError(
    `the surface is ${describe(surface)}: ` +
      "give an element, 'viewport', 'document' or { left, top, width, height }",
  );
}

function part(distance: number, length: number): number {
  return length > 0 ? distance / length : 0;
}
