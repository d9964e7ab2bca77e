// How far something is from where it should be.

import type { Fraction } from './in-page.ts';

/** In CSS pixels, across or down, whichever is more; without end for what is not there. */
export function missBy(drawn: Fraction | null, meant: Fraction): number {
  if (!drawn) return Number.POSITIVE_INFINITY;
  return Math.max(Math.abs(drawn.x - meant.x), Math.abs(drawn.y - meant.y));
}
