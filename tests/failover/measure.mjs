// Twelve people in one room of a cluster, and a node that is killed again and again:
// `node --experimental-websocket measure.mjs <site> <kills>`. Uses the published SDK; `MOTE_DIST` is its
// folder. Prints lines of a name and a number.

import { setTimeout as sleep } from 'node:timers/promises';

const [site, kills] = process.argv.slice(2);
const { createClient } = await import(`${process.env.MOTE_DIST}/index.js`);

const PEOPLE = 12;
const MOVE_MS = 50;
const STEPS = 65_535; // a position has sixteen bits, so it carries a number
const ALL_BACK_MS_MAX = 60_000;
const GHOST_MS = 30_000;
/** Clients that were connected for 10 s wait shortly when they lose it; a node is not killed more often. */
const REST_MS = 11_000;
/** After each so many kills somebody goes for good together with the node. */
const GONE_EVERY = 10;
const OWN_HEADER = { 'x-mote-cluster': '1' };

let clock = 0; // counts moves; everybody sends it as their position
const people = new Set();

/** A WebSocket that can be torn, and with it everything that would open another one. */
function tearable() {
  let socket;
  let isTorn = false;
  class Tearable extends WebSocket {
    constructor(...args) {
      if (isTorn) throw new Error('this browser is gone');
      super(...args);
      socket = this;
    }
  }
  const tear = () => {
    isTorn = true;
    socket.close();
  };
  return { WebSocket: Tearable, tear };
}

class Person {
  /** By id of the other: the clock that was seen last. */
  seen = new Map();
  /** Others who were seen to leave. */
  left = 0;

  constructor() {
    const line = tearable();
    this.tear = line.tear;
    const client = createClient({
      url: `${site.replace('http', 'ws')}/ws`,
      WebSocket: line.WebSocket,
    });
    const { room } = client.enterRoom('failover');
    this.room = room;
    room.subscribe('cursors', (cursors) => {
      for (let i = 0; i < cursors.length; i += 3) {
        this.seen.set(cursors[i], Math.round(cursors[i + 1] * STEPS));
      }
    });
    room.subscribe('others', (_, { left }) => (this.left += left.length));
    room.subscribe('error', () => {}); // a node that is gone is what this is about
    people.add(this);
  }

  get id() {
    return this.room.getSelf()?.connectionId;
  }

  /** Sees a position of everybody else that was sent at this clock or later. */
  seesAllSince(then) {
    return [...people].every((other) => other === this || this.seen.get(other.id) >= then);
  }

  isInRoomOf(count) {
    return this.room.getStatus() === 'connected' && this.room.getCount() === count;
  }

  /** As if the browser had crashed: the socket ends without a Leave, and nobody comes back. */
  vanish() {
    people.delete(this);
    this.tear();
  }
}

const moving = setInterval(() => {
  clock++;
  for (const { room } of people) room.updateCursor({ x: clock / STEPS, y: 0.5 });
}, MOVE_MS);

async function until(what, limitMs, holds) {
  const started = performance.now();
  while (!holds()) {
    if (performance.now() - started > limitMs) throw new Error(`${what}: not within ${limitMs} ms`);
    await sleep(5);
  }
  return performance.now() - started;
}

async function command(node, what) {
  const answer = await fetch(`${site}/cluster/nodes/${node}/${what}`, {
    method: 'POST',
    headers: OWN_HEADER,
  });
  if (!answer.ok) throw new Error(`${what} of node ${node}: ${answer.status}`);
}

/** Everybody has everybody's newest position. */
async function allSeeAll() {
  const then = clock + 1;
  return await until('everybody sees everybody', ALL_BACK_MS_MAX, () =>
    [...people].every((person) => person.isInRoomOf(people.size) && person.seesAllSince(then)),
  );
}

/** Whether nobody shows somebody who does not come back any more, within the time for it. */
async function isForgotten(id) {
  const shows = ({ room }) => room.getOthers().some((other) => other.connectionId === id);
  const gone = until('a ghost', GHOST_MS, () => ![...people].some(shows));
  return await gone.then(
    () => true,
    () => false,
  );
}

async function come() {
  const person = new Person();
  await until('somebody is in', 10_000, () => person.isInRoomOf(people.size));
  return person;
}

// One after the other: the proxy gives each the node with the fewest.
for (let i = 0; i < PEOPLE; i++) await come();
await allSeeAll();

const times = [];
let ghosts = 0;
let gone = 0;
for (let kill = 1; kill <= Number(kills); kill++) {
  const node = (kill % 3) + 1;
  if (kill % GONE_EVERY === 0) {
    const leaver = await come();
    await allSeeAll();
    const { id } = leaver;
    await command(node, 'kill');
    leaver.vanish();
    if (!(await isForgotten(id))) ghosts++;
    gone++;
  } else {
    await command(node, 'kill');
    times.push(await allSeeAll());
  }
  await command(node, 'start');
  await sleep(REST_MS);
  await allSeeAll();
}
clearInterval(moving);

times.sort((a, b) => a - b);
const quantile = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
const leaves = [...people].reduce((sum, person) => sum + person.left, 0) - gone * PEOPLE;
const lines = {
  kills: Number(kills),
  people: PEOPLE,
  p50_s: quantile(0.5) / 1e3,
  p99_s: quantile(0.99) / 1e3,
  max_s: times.at(-1) / 1e3,
  leaves,
  gone,
  ghosts,
};
for (const [name, value] of Object.entries(lines)) console.log(name, value);
process.exit();
