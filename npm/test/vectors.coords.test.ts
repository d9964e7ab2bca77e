/** The SDK's surfaces, and the rounding rule, against the golden vectors. */
import { afterEach, expect, it, vi } from 'vitest';
import { fromFraction, toFraction } from '../src/coords.js';
import type { Surface } from '../src/types.js';
import { type Coords, coords } from './wire/vectors.js';

const { rounding, surfaces } = coords();

afterEach(() => {
  vi.unstubAllGlobals();
});

// R-COORD-1
it.each(rounding)('%d is %d on the wire', (fraction, wire) => {
  expect(Math.round(Math.min(Math.max(fraction, 0), 1) * 65_535)).toBe(wire);
});

// R-COORD-4
it.each(surfaces)('a position in the window and its fraction: $name', ({ surface: box, points }) => {
  const surface = onThisPage(box);
  const hasArea = box.width !== 0 && box.height !== 0;
  for (const { client, fraction } of points) {
    const { x, y } = toFraction(surface, ...client);
    expect([x, y]).toEqual(fraction.map((part) => expect.closeTo(part, 12)));
    if (!hasArea) continue;
    const back = fromFraction(surface, { x: fraction[0], y: fraction[1] });
    expect([back.x, back.y]).toEqual(client.map((part) => expect.closeTo(part, 9)));
  }
});

/** The page is made to be what the vector says of it. */
function onThisPage(box: Coords['surfaces'][number]['surface']): Surface {
  const { kind, left = 0, top = 0, width = 0, height = 0, scrollX, scrollY } = box;
  if (kind === 'element') return { left, top, width, height };
  vi.stubGlobal('innerWidth', width);
  vi.stubGlobal('innerHeight', height);
  vi.stubGlobal('scrollX', scrollX);
  vi.stubGlobal('scrollY', scrollY);
  vi.stubGlobal('document', { documentElement: { scrollWidth: width, scrollHeight: height } });
  return kind;
}
