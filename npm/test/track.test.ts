// @vitest-environment jsdom
import { beforeEach, expect, it } from 'vitest';
import { trackPointer } from '../src/track.js';
import type { Position } from '../src/types.js';

let told: (Position | null)[];
const tell = (position: Position | null) => told.push(position);
const at = (target: EventTarget, name: string, clientX = 0, clientY = 0) =>
  target.dispatchEvent(
    new MouseEvent(name, { clientX, clientY, bubbles: name !== 'pointerleave' }),
  );

/** jsdom lays nothing out: the element says where it stands. */
function element(left: number, top: number, width: number, height: number): HTMLElement {
  const made = document.createElement('div');
  made.getBoundingClientRect = () => ({ left, top, width, height }) as DOMRect;
  document.body.append(made);
  return made;
}

beforeEach(() => {
  told = [];
});

it('tells where the pointer is in the window', () => {
  const stop = trackPointer('viewport', tell);
  at(document.body, 'pointermove', innerWidth / 2, innerHeight / 4);
  expect(told).toEqual([{ x: 0.5, y: 0.25 }]);
  stop();
});

it('tells where the pointer is on an element, and hides it when it leaves or the focus goes', () => {
  const board = element(100, 50, 200, 100);
  const stop = trackPointer(board, tell);
  at(document.body, 'pointermove', 1, 1);
  expect(told, 'outside of the element').toEqual([]);
  at(board, 'pointermove', 150, 100);
  at(board, 'pointerleave');
  at(board, 'pointerdown', 300, 150);
  window.dispatchEvent(new Event('blur'));
  expect(told).toEqual([{ x: 0.25, y: 0.5 }, null, { x: 1, y: 1 }, null]);
  stop();
});

it('moves with the surface that is scrolled under a resting pointer', () => {
  const board = element(0, 0, 100, 100);
  const stop = trackPointer(board, tell);
  document.dispatchEvent(new Event('scroll'));
  expect(told, 'there is no pointer yet').toEqual([]);
  at(board, 'pointermove', 10, 10);
  board.getBoundingClientRect = () => ({ left: 0, top: -40, width: 100, height: 100 }) as DOMRect;
  document.dispatchEvent(new Event('scroll'));
  expect(told.at(-1)).toEqual({ x: 0.1, y: 0.5 });
  stop();
});

it('hides the cursor once when it is stopped, and then is silent', () => {
  const stop = trackPointer('document', tell);
  stop();
  stop();
  at(document.body, 'pointermove', 1, 1);
  window.dispatchEvent(new Event('blur'));
  expect(told).toEqual([null]);
});
