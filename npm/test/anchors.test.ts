// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anchorAt } from '../src/anchors.js';
import { trackPointer } from '../src/track.js';

const query = (selector: string) => document.querySelector(selector) as HTMLElement;
const stand = (element: HTMLElement, left: number, top: number) => {
  element.getBoundingClientRect = () => ({ left, top, width: 100, height: 50 }) as DOMRect;
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance', 'queueMicrotask'] });
  document.body.innerHTML = `
    <main data-mote-anchor="main"><section id="surface" data-mote-anchor="surface">
      <p data-mote-anchor="one"><b id="in-one">1</b></p>
      <p data-mote-anchor="two"><i data-mote-anchor=""><b id="in-two">2</b></i></p>
      <p data-mote-anchor="${'é'.repeat(33)}"><b id="in-none">3</b></p>
      <em id="bare">4</em>
    </section></main>`;
  stand(query('#surface'), 0, 0);
  stand(query('[data-mote-anchor=one]'), 10, 20);
  stand(query('[data-mote-anchor=two]'), 200, 300);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('an anchor', () => {
  it('is the nearest one inside of the surface with a good id, and of the bad is warned once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const at = (selector: string, surface: Node = query('#surface')) =>
      anchorAt(query(selector), surface)?.id ?? null;
    expect(at('#in-one')).toBe('one');
    expect(at('[data-mote-anchor=one]')).toBe('one');
    expect(at('#in-two'), 'an empty id is none').toBe('two');
    expect(at('#in-none'), '66 bytes are too many').toBeNull();
    expect(at('#bare')).toBeNull();
    expect(at('#bare', document.documentElement)).toBe('surface');
    expect(at('main')).toBeNull();
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(/^data-mote-anchor must be a string of 1 to 64 bytes, not 0: it is ignored$/);
  });
});

describe('tracking with anchors', () => {
  const said: unknown[] = [];
  const move = (selector: string, clientX: number, clientY: number) =>
    query(selector).dispatchEvent(
      new MouseEvent('pointermove', { clientX, clientY, bubbles: true }),
    );
  const track = () => {
    said.length = 0;
    return trackPointer(
      query('#surface'),
      (position) => said.push(position),
      (id) => said.push(id),
    );
  };

  it('tells the surface, then positions on it, and takes both back at the end', () => {
    const stop = track();
    move('#in-one', 60, 45);
    vi.advanceTimersByTime(0);
    move('#in-one', 35, 45);
    expect(said).toEqual(['one', { x: 0.5, y: 0.5 }, { x: 0.25, y: 0.5 }]);
    stop();
    expect(said.slice(3)).toEqual([null, null]);
    move('#in-one', 60, 45);
    vi.advanceTimersByTime(1_000);
    expect(said.length).toBe(5);
  });

  it('changes it ten times a second at most: the newest wins, and no position is of another', () => {
    const stop = track();
    move('#in-one', 60, 45);
    vi.advanceTimersByTime(10);
    move('#in-two', 210, 310);
    move('#bare', 50, 25);
    move('#in-two', 250, 325);
    vi.advanceTimersByTime(89);
    expect(said).toEqual(['one', { x: 0.5, y: 0.5 }]);
    vi.advanceTimersByTime(1);
    expect(said.slice(2)).toEqual(['two', { x: 0.5, y: 0.5 }]);
    stop();
  });

  it('says nothing late of a pointer that left meanwhile', () => {
    const stop = track();
    move('#in-one', 60, 45);
    vi.advanceTimersByTime(10);
    move('#in-two', 210, 310);
    query('#surface').dispatchEvent(new MouseEvent('pointerleave'));
    vi.advanceTimersByTime(1_000);
    expect(said.slice(2)).toEqual([null]);
    stop();
  });

  it('looks again what is under a resting pointer when the page is scrolled', () => {
    document.elementFromPoint = () => query('#in-two');
    const stop = track();
    move('#bare', 225, 325);
    document.dispatchEvent(new Event('scroll'));
    vi.advanceTimersByTime(100);
    expect(said).toEqual([{ x: 2.25, y: 6.5 }, 'two', { x: 0.25, y: 0.5 }]);
    stop();
  });
});

it('a hidden page hides the cursor', () => {
  const told: unknown[] = [];
  const stop = trackPointer('viewport', (position) => told.push(position));
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  document.dispatchEvent(new Event('visibilitychange'));
  expect(told).toEqual([null]);
  stop();
});
