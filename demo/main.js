// The demo page: one room, and the parts that show it.

import { createClient } from '@mote/presence';
import { mountCursors } from '@mote/presence/cursors';
import { createBots } from './bots.js';
import { onPick, showPicks } from './cards.js';
import { byId } from './dom.js';
import { createLine } from './line.js';
import { ownNode, showNodes, watchNodes } from './nodes.js';
import { roomName, saveName, savedName, serverUrl } from './place.js';
import { onReact, showReaction } from './reactions.js';
import { showPeople } from './roster.js';
import { showStatus } from './status.js';

const CUT_SECONDS = 5;

const surface = byId('surface');
const line = createLine();
const client = createClient({ url: serverUrl(), WebSocket: line.WebSocket });
const bots = createBots(serverUrl(), roomName(), showBots);
const facts = {
  room: 'initial',
  left: false,
  lost: false,
  cutSeconds: 0,
  online: navigator.onLine,
  reason: '',
};

let name = savedName();
let room = null; // while we are in, or on the way in
let ends = []; // what ends our listening to it

function enter() {
  ({ room } = client.enterRoom(roomName(), { name, initialPresence: { card: null } }));
  const cursors = mountCursors(room, { surface });
  ends = [
    () => cursors.destroy(),
    room.subscribe('status', (status) => {
      update({ room: status });
      tellNode();
    }),
    room.subscribe('lost-connection', (event) => update({ lost: event === 'lost' })),
    room.subscribe('error', (error) => update({ reason: error.message })),
    room.subscribe('self', showRoom),
    room.subscribe('others', showRoom),
    room.subscribe('count', showRoom),
    room.subscribe('event', ({ event, user }) => {
      if (event.type === 'reaction' && user) showReaction(event, user.color);
    }),
  ];
  update({ room: room.getStatus(), left: false, lost: false, reason: '' });
  showActivity();
  showRoom();
}

// The socket may have come back to another node than before.
function tellNode() {
  const node = ownNode();
  if (!node || room?.getStatus() !== 'connected') return;
  room.updatePresence({ node });
  watchNodes(showRoom);
}

function leave() {
  for (const end of ends) end();
  ends = [];
  room = null;
  client.close();
  update({ left: true });
  showRoom();
}

function update(changes) {
  showStatus(Object.assign(facts, changes));
}

function showRoom() {
  const self = room?.getSelf();
  const all = [...(self ? [self] : []), ...(room?.getOthers() ?? [])];
  showPeople(all, self?.connectionId, room?.getCount() ?? 0);
  showPicks(all, self?.connectionId);
  showNodes(all);
  byId('name').placeholder = self?.name ?? 'Anonymous';
  byId('swatch').style.setProperty('--color', self?.color ?? 'transparent');
}

function showActivity() {
  room?.setActivity(document.hidden ? 'away' : 'active');
}

function showBots(number) {
  byId('bots').textContent = number;
  byId('bot-remove').disabled = number === 0;
  byId('bot-add').disabled = number === bots.max;
}

// A name belongs to a seat: another name is another entrance.
function rename() {
  const typed = byId('name').value.trim() || undefined;
  if (typed === name) return;
  name = typed;
  saveName(name);
  if (!room) return;
  leave();
  enter();
}

function react(event) {
  const self = room?.getSelf();
  if (!self) return;
  room.broadcastEvent(event);
  showReaction(event, self.color);
}

byId('room-name').textContent = roomName();
byId('name').value = name ?? '';
byId('name').addEventListener('change', rename);
byId('name-form').addEventListener('submit', (event) => {
  event.preventDefault();
  byId('name').blur();
});
onPick((card) => room?.updatePresence({ card }));
onReact(surface, react);
byId('bot-add').addEventListener('click', bots.add);
byId('bot-remove').addEventListener('click', bots.remove);
byId('second').addEventListener('click', () => {
  open(location.href, '_blank', 'popup,noopener,width=960,height=760');
});
byId('cut').addEventListener('click', () =>
  line.cut(CUT_SECONDS, (cutSeconds) => update({ cutSeconds })),
);
byId('leave').addEventListener('click', leave);
byId('again').addEventListener('click', () => {
  leave();
  enter();
});
document.addEventListener('visibilitychange', showActivity);
for (const event of ['online', 'offline']) {
  addEventListener(event, () => update({ online: navigator.onLine }));
}
showBots(0);
enter();
