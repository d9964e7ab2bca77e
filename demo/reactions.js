// Reactions: an event, seen once by those who are here, kept by nobody.

import { toFraction } from '@mote/presence';
import { byId, element, symbol } from './dom.js';

export const KINDS = ['heart', 'star', 'bolt', 'check'];
const RIPPLES_MAX = 40; // at once; a room that reacts more shows the newest

let kind = KINDS[0];

/** `react({ type, kind, x, y })` is called for each reaction of yours. */
export function onReact(surface, react) {
  surface.addEventListener('click', (event) => {
    if (event.target.closest('button')) return;
    react({ type: 'reaction', kind, ...toFraction(surface, event.clientX, event.clientY) });
  });
  const dock = byId('reactions');
  dock.addEventListener('click', (event) => {
    const chosen = event.target.closest('[data-kind]');
    if (!chosen) return;
    kind = chosen.dataset.kind;
    for (const button of dock.children) button.setAttribute('aria-pressed', button === chosen);
    // A press of a key has no place of its own on the board.
    if (event.detail === 0) react({ type: 'reaction', kind, x: 0.5, y: 0.5 });
  });
}

/** Shows a reaction, whoever sent it: what others send is checked before it is believed. */
export function showReaction({ kind: shape, x, y }, color) {
  if (!KINDS.includes(shape) || !isFraction(x) || !isFraction(y)) return;
  const layer = byId('ripples');
  const ripple = element('div', 'ripple');
  ripple.dataset.reaction = shape;
  ripple.style.left = `${x * 100}%`;
  ripple.style.top = `${y * 100}%`;
  ripple.style.setProperty('--color', color);
  ripple.append(symbol(shape));
  ripple.addEventListener('animationend', (event) => event.target === ripple && ripple.remove());
  if (layer.childElementCount >= RIPPLES_MAX) layer.firstChild.remove();
  layer.append(ripple);
}

const isFraction = (value) => typeof value === 'number' && value >= 0 && value <= 1;
