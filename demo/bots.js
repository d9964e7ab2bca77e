// Bots to play with. Each is a real client with a connection of its own, as another browser would
// be; only its hand is not human.

import { createClient } from '@mote/presence';
import { KINDS } from './reactions.js';
import { createWalk } from './walk.js';

const BOTS_MAX = 8;
const NAMES = ['Zuri', 'Kenji', 'Inés', 'Noor', 'Mateo', 'Freya', 'Tariq', 'Lucía'];
const CARD_CENTRES = {
  lisbon: [0.18, 0.33],
  kyoto: [0.5, 0.3],
  tromso: [0.82, 0.34],
  merzouga: [0.18, 0.68],
  naxos: [0.5, 0.66],
  bariloche: [0.82, 0.7],
};

/** Bots for one room. `changed(number)` is called when there are more or fewer. */
export function createBots(url, roomId, changed) {
  const bots = [];
  let frame = 0;

  // Frames stop by themselves while the page is hidden, and with them the bots' hands.
  function draw(now) {
    for (const bot of bots) bot.move(now);
    frame = bots.length > 0 ? requestAnimationFrame(draw) : 0;
  }

  function add() {
    if (bots.length >= BOTS_MAX) return;
    const name = NAMES.find((free) => bots.every((bot) => bot.name !== free));
    bots.push(createBot(url, roomId, name));
    if (!frame) frame = requestAnimationFrame(draw);
    changed(bots.length);
  }

  function remove() {
    bots.pop()?.leave();
    changed(bots.length);
  }

  // They leave with the page, before the page itself is put on hold for a reload.
  addEventListener(
    'pagehide',
    () => {
      while (bots.length > 0) remove();
    },
    { capture: true },
  );
  return { add, remove, max: BOTS_MAX };
}

function createBot(url, roomId, name) {
  const client = createClient({ url });
  const { room } = client.enterRoom(roomId, { name, initialPresence: { card: null, bot: true } });
  const walk = createWalk(Math.random, somewhere, (place) => {
    const dice = Math.random();
    if (dice < 0.35) room.updatePresence({ card: place.card ?? null });
    else if (dice < 0.5) {
      const kind = KINDS[Math.floor(Math.random() * KINDS.length)];
      room.broadcastEvent({ type: 'reaction', kind, x: place.x, y: place.y });
    }
  });
  return { name, move: (now) => room.updateCursor(walk.at(now)), leave: () => client.close() };
}

function somewhere() {
  const ids = Object.keys(CARD_CENTRES);
  const card = Math.random() < 0.6 ? ids[Math.floor(Math.random() * ids.length)] : null;
  if (!card) return { x: 0.06 + Math.random() * 0.84, y: 0.1 + Math.random() * 0.8, card };
  const [x, y] = CARD_CENTRES[card];
  return { x: x + (Math.random() - 0.5) * 0.16, y: y + (Math.random() - 0.5) * 0.14, card };
}
