// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepResume, takeResume } from '../src/handover.js';

const resume = Uint8Array.from({ length: 16 }, (_, i) => i * 17);

beforeEach(() => sessionStorage.clear());
afterEach(() => vi.useRealTimers());

it("hands each room's value to the next page once", () => {
  keepResume('ws://a/ws', 'one', resume);
  keepResume('ws://a/ws', 'two', resume);
  expect(takeResume('ws://b/ws', 'one')).toBeUndefined();
  expect(takeResume('ws://a/ws', 'one')).toEqual(resume);
  expect(takeResume('ws://a/ws', 'one')).toBeUndefined();
  expect(takeResume('ws://a/ws', 'two')).toEqual(resume);
  expect(sessionStorage).toHaveLength(0);
});

it('does not use a value that is a minute old', () => {
  vi.useFakeTimers();
  keepResume('ws://a/ws', 'one', resume);
  vi.advanceTimersByTime(60_000);
  expect(takeResume('ws://a/ws', 'one')).toBeUndefined();
});

it.each([
  'no json',
  'null',
  '{"ws://a/ws one":{"resume":"zz","at":1}}',
  '{"ws://a/ws one":{"resume":[1],"at":1}}',
  '[]',
  '{"ws://a/ws one":7}',
])('takes nothing from %s that something else stored', (stored) => {
  sessionStorage.setItem('@mote/presence', stored);
  expect(takeResume('ws://a/ws', 'one')).toBeUndefined();
  keepResume('ws://a/ws', 'two', resume);
  expect(takeResume('ws://a/ws', 'two')).toEqual(resume);
});
