import { expect, it } from 'vitest';
import { textOn } from '../src/overlay/contrast.js';

it.each([
  ['#000000', '#fff'],
  ['#ffffff', '#000'],
  ['#e11d48', '#fff'],
  ['#ffd500', '#000'],
  ['#00ff00', '#000'],
  ['#767676', '#fff'],
  ['#777777', '#000'],
])('on %s text is %s', (color, text) => {
  expect(textOn(color)).toBe(text);
});
