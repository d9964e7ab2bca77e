// Who is here: the list, the count, the stack of avatars. Rows are kept by person, not made anew.

import { avatar, byId, element } from './dom.js';
import { nodeName } from './nodes.js';

const LISTED_MAX = 50; // more than anybody reads; the rest is told as a number
const STACKED_MAX = 5;

const rows = new Map(); // connectionId → li

/** `people` in the order to show, you first; `count` as the server says it. */
export function showPeople(people, selfId, count) {
  const listed = people.slice(0, LISTED_MAX);
  const ids = new Set(listed.map((user) => user.connectionId));
  for (const [id, row] of rows) {
    if (ids.has(id)) continue;
    row.remove();
    rows.delete(id);
  }
  const list = byId('people');
  listed.forEach((user, at) => {
    const row = rowOf(user, user.connectionId === selfId);
    if (list.children[at] !== row) list.insertBefore(row, list.children[at] ?? null);
  });
  showRest(list, count - listed.length);
  showStack(people, count);
  byId('count').textContent = count;
  byId('count').dataset.count = count;
}

function rowOf(user, isSelf) {
  const id = user.connectionId;
  const known = rows.get(id);
  const note = noteOn(user, isSelf);
  const facts = JSON.stringify([user.name, user.color, user.activity, note, isSelf]);
  if (known?.dataset.facts === facts) return known;
  const row = known ?? element('li', 'person');
  rows.set(id, row);
  Object.assign(row.dataset, { facts, user: id, activity: user.activity });
  row.toggleAttribute('data-self', isSelf);
  row.replaceChildren(avatar(user), element('span', 'who', user.name));
  if (note) row.append(element('span', 'note', note));
  return row;
}

function noteOn(user, isSelf) {
  return [whatOf(user, isSelf), nodeName(user)].filter(Boolean).join(' · ');
}

function whatOf(user, isSelf) {
  if (isSelf) return '(you)';
  if (user.presence.bot === true) return 'bot';
  return user.activity === 'active' ? '' : user.activity;
}

function showRest(list, unlisted) {
  list.querySelector('.more')?.remove();
  if (unlisted > 0) list.append(element('li', 'more', `and ${unlisted} more`));
}

function showStack(people, count) {
  const shown = people.slice(0, STACKED_MAX).map(avatar);
  if (count > shown.length) shown.push(element('span', 'avatar rest', `+${count - shown.length}`));
  byId('stack').replaceChildren(...shown);
}
