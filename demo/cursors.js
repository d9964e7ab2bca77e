// Everybody's cursors: one element each, moved by transform only, never measured, never laid out.

import { element, symbol } from './dom.js';

const SMOOTHING_MS = 45; // time constant: most of a step is done in about three times this
const SETTLED_PX = 0.1; // nearer than this is there
const TAG_ROOM_PX = 170; // with less room to the right, the name goes to the left

/** `layer` covers the surface. Positions are fractions of it. */
export function createCursors(layer) {
  const cursors = new Map(); // connectionId → { node, x, y, toX, toY }, in fractions
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let width = layer.clientWidth;
  let height = layer.clientHeight;
  let frame = 0;
  let drawnAt = 0;

  new ResizeObserver(() => {
    width = layer.clientWidth;
    height = layer.clientHeight;
    for (const cursor of cursors.values()) place(cursor);
  }).observe(layer);

  function place({ node, x, y }) {
    node.style.transform = `translate3d(${x * width}px, ${y * height}px, 0)`;
    node.dataset.side = (1 - x) * width < TAG_ROOM_PX ? 'left' : 'right';
    node.toggleAttribute('data-above', (1 - y) * height < 48);
  }

  function draw(now) {
    const share = calm.matches ? 1 : 1 - Math.exp(-(now - drawnAt) / SMOOTHING_MS);
    drawnAt = now;
    let moving = false;
    for (const cursor of cursors.values()) {
      const dx = cursor.toX - cursor.x;
      const dy = cursor.toY - cursor.y;
      if (dx === 0 && dy === 0) continue;
      const settled = share === 1 || Math.hypot(dx * width, dy * height) < SETTLED_PX;
      cursor.x = settled ? cursor.toX : cursor.x + dx * share;
      cursor.y = settled ? cursor.toY : cursor.y + dy * share;
      place(cursor);
      moving ||= !settled;
    }
    frame = moving ? requestAnimationFrame(draw) : 0;
  }

  function moveTo(id, user, x, y) {
    let cursor = cursors.get(id);
    if (!cursor) {
      cursor = { node: cursorNode(id), x, y, toX: x, toY: y };
      cursors.set(id, cursor);
      layer.append(cursor.node);
      name(cursor.node, user);
      place(cursor);
    } else if (!cursor.node.hasAttribute('data-shown')) {
      Object.assign(cursor, { x, y }); // it comes back where it is, not flying from where it was
      place(cursor);
    }
    cursor.toX = x;
    cursor.toY = y;
    cursor.node.toggleAttribute('data-shown', true);
  }

  return {
    /** `positions` is [connectionId, x, y, …] of each shown cursor; `people` a map by id. */
    move(positions, people) {
      const seen = new Set();
      for (let at = 0; at + 2 < positions.length; at += 3) {
        const user = people.get(positions[at]);
        if (!user) continue;
        seen.add(user.connectionId);
        moveTo(user.connectionId, user, positions[at + 1], positions[at + 2]);
      }
      for (const [id, { node }] of cursors) if (!seen.has(id)) node.removeAttribute('data-shown');
      if (!frame && seen.size > 0) {
        drawnAt = performance.now();
        frame = requestAnimationFrame(draw);
      }
    },

    /** Takes away the cursors of those who left, and renames those who are called otherwise now. */
    keep(people) {
      for (const [id, { node }] of cursors) {
        if (people.has(id)) name(node, people.get(id));
        else {
          node.remove();
          cursors.delete(id);
        }
      }
    },
  };
}

function cursorNode(id) {
  const node = element('div', 'cursor');
  node.dataset.user = id;
  node.append(symbol('arrow'), element('span', 'tag'));
  return node;
}

function name(node, user) {
  node.style.setProperty('--color', user.color);
  const tag = node.lastChild;
  if (tag.textContent !== user.name) tag.textContent = user.name;
}
