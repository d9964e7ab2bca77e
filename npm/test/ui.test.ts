import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Person } from '../src/types.js';
import { describePerson, initials, stacked } from '../src/ui/avatar.js';
import { inkOn } from '../src/ui/contrast.js';
import { statusText } from '../src/ui/status.js';

it.each([
  ['Ada Lovelace', 'AL'],
  ['Ada', 'A'],
  ['  ada   maria  lovelace ', 'AL'],
  ['🦊 fox', '🦊F'],
  ['', ''],
])('the initials of "%s" are "%s"', (name, expected) => {
  expect(initials(name)).toBe(expected);
});

const luminance = (color: string) =>
  [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const share = Number.parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16) / 255;
    return sum + weight * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  }, 0);

it('text on every colour has the contrast of 4.5 that WCAG AA asks for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xff_ff_ff }), (number) => {
      const color = `#${number.toString(16).padStart(6, '0')}`;
      const [paper, ink] = [luminance(color), inkOn(color) === '#fff' ? 1 : 0];
      const contrast = (Math.max(paper, ink) + 0.05) / (Math.min(paper, ink) + 0.05);
      expect(contrast).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

it.each([
  ['#e11d48', '#fff'],
  ['#ffd500', '#000'],
  ['#767676', '#fff'],
  ['#777777', '#000'],
])('on %s text is %s', (color, text) => {
  expect(inkOn(color)).toBe(text);
});

const people = (count: number) => Array.from({ length: count }, () => ({}) as Person);

it.each([
  [0, 5, 0, 0],
  [5, 5, 5, 0],
  [6, 5, 4, 2],
  [3, 1, 0, 3],
])('of %d people a stack of %d shows %d and says "+%d"', (count, max, shown, more) => {
  const stack = stacked(people(count), max);
  expect([stack.shown.length, stack.more]).toEqual([shown, more]);
});

it('a person is described with what the avatar only shows', () => {
  const person = { user: { name: 'Ada' }, activity: 'away', isSelf: true } as Person;
  expect(describePerson(person)).toBe('Ada (you), away');
});

it('a status is said in words for people', () => {
  expect(statusText('connected', 'restored')).toBe('Live');
  expect(statusText('reconnecting', null)).toBe('Reconnecting');
  expect(statusText('reconnecting', 'lost')).toBe('Connection lost, trying again');
});
