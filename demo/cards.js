// The places to pick. A pick is presence: it is there for those who come later, and gone with you.

import { avatar, byId } from './dom.js';

const PICKS_MAX = 4; // avatars a card has room for

const cards = [...document.querySelectorAll('[data-card]')];

/** `pick(id)` is called with the picked card's id, null when the pick is taken back. */
export function onPick(pick) {
  byId('cards').addEventListener('click', (event) => {
    const card = event.target.closest('[data-card]');
    if (card) pick(card.getAttribute('aria-pressed') === 'true' ? null : card.dataset.card);
  });
}

/** Outlines each card in the colour of who picked it: yours when you did. */
export function showPicks(people, selfId) {
  for (const card of cards) {
    const pickers = people.filter((user) => user.presence.card === card.dataset.card);
    const isMine = pickers.some((user) => user.connectionId === selfId);
    card.setAttribute('aria-pressed', isMine);
    card.toggleAttribute('data-picked', pickers.length > 0);
    card.style.setProperty('--color', pickers[0]?.color ?? 'transparent');
    showPickers(card.querySelector('.picks'), pickers.slice(0, PICKS_MAX));
  }
}

function showPickers(picks, pickers) {
  const facts = JSON.stringify(pickers.map((user) => [user.connectionId, user.name, user.color]));
  if (picks.dataset.facts === facts) return;
  picks.dataset.facts = facts;
  picks.replaceChildren(
    ...pickers.map((user) => {
      const badge = avatar(user);
      badge.dataset.user = user.connectionId;
      return badge;
    }),
  );
}
