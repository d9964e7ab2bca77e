// @vitest-environment jsdom
/** The golden vectors that the Rust core is held to as well. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromFraction, toFraction } from '../src/coords.js';
import { trackPointer } from '../src/track.js';
import type { Surface } from '../src/types.js';

type Described =
  | { kind: 'viewport'; width: number; height: number }
  | { kind: 'element'; left: number; top: number; width: number; height: number }
  | { kind: 'document'; scrollX: number; scrollY: number; width: number; height: number };
interface Vectors {
  surfaces: {
    name: string;
    surface: Described;
    points: { client: [number, number]; fraction: [number, number] }[];
  }[];
}

const path = join(import.meta.dirname, '../../protocol/vectors/coords.json');
const { surfaces } = JSON.parse(readFileSync(path, 'utf8')) as Vectors;

/** Makes the page look as described; jsdom lays nothing out. */
function arrange(described: Described): Surface {
  const define = (target: object, values: object) => {
    for (const [name, value] of Object.entries(values)) {
      Object.defineProperty(target, name, { value, configurable: true });
    }
  };
  const { width, height } = described;
  switch (described.kind) {
    case 'viewport':
      define(globalThis, { innerWidth: width, innerHeight: height });
      return 'viewport';
    case 'document':
      define(globalThis, { scrollX: described.scrollX, scrollY: described.scrollY });
      define(document.documentElement, { scrollWidth: width, scrollHeight: height });
      return 'document';
    case 'element': {
      const element = document.createElement('div');
      element.getBoundingClientRect = () => described as unknown as DOMRect;
      return element;
    }
  }
}

describe.each(surfaces)('$name', ({ surface: described, points }) => {
  it.each(points)('$client is $fraction', ({ client, fraction }) => {
    const surface = arrange(described);
    const { x, y } = toFraction(surface, ...client);
    expect(x).toBeCloseTo(fraction[0], 12);
    expect(y).toBeCloseTo(fraction[1], 12);
    const hasArea = described.width > 0 && described.height > 0;
    if (hasArea) {
      const back = fromFraction(surface, { x: fraction[0], y: fraction[1] });
      expect(back.x).toBeCloseTo(client[0], 9);
      expect(back.y).toBeCloseTo(client[1], 9);
    }
  });
});

it.each<[unknown, string]>([
  [null, 'null'],
  [undefined, 'undefined'],
  ['window', '"window"'],
  [{ current: null }, 'an instance of Object'],
])('%j is refused as a surface, with what would be one', (surface, what) => {
  const error = new TypeError(
    'the surface must be an element, "viewport", "document" or { left, top, width, height }, ' +
      `not ${what}`,
  );
  expect(() => toFraction(surface as never, 1, 1)).toThrow(error);
  expect(() => fromFraction(surface as never, { x: 0, y: 0 })).toThrow(error);
  expect(() => trackPointer(surface as never, () => {})).toThrow(error);
});

it.each([null, undefined, 'here'])('%j is refused as a position', (position) => {
  expect(() => fromFraction('viewport', position as never)).toThrow(
    /^the position must be like \{ x: 0.5, y: 0.5 \}, not /,
  );
});

it('a box stands for an element that is measured elsewhere', () => {
  const box = { left: 10, top: 20, width: 100, height: 50 };
  expect(toFraction(box, 60, 45)).toEqual({ x: 0.5, y: 0.5 });
  expect(fromFraction(box, { x: 0.5, y: 0.5 })).toEqual({ x: 60, y: 45 });
});
