// The hands that move, and how each subject is told of them: the same positions at the same moments.

export const CURSORS = 200;
/** Positions of one hand a second. */
export const HZ = 20;
/** Messages a second: each brings the hands whose turn it is. */
export const TICK_HZ = 60;

const EVERY = TICK_HZ / HZ;

/** Where a hand is at a moment, in fractions: each draws a figure of its own. */
function place(hand, ms) {
  const t = ms / 1_000;
  return [
    0.5 + 0.45 * Math.sin(t * (0.6 + hand * 0.003) + hand),
    0.5 + 0.45 * Math.cos(t * (0.5 + hand * 0.004) + 2 * hand),
  ];
}

/** Who moved at a tick: hand, x, y. */
export function moves(tick, ms) {
  const all = [];
  for (let hand = tick % EVERY; hand < CURSORS; hand += EVERY) all.push([hand, ...place(hand, ms)]);
  return all;
}

/** Mote's wire (protocol/SPEC.md): a room of the hands and somebody who watches. */
export const mote = {
  path: '/ws',
  hello() {
    const name = (text) => [Buffer.byteLength(text), ...Buffer.from(text)];
    const joined = (user, text) => [0x50, ...varint(user), ...name(text), 0x4f, 0x46, 0xe5, 0];
    const people = Array.from({ length: CURSORS }, (_, hand) => joined(hand + 1, `Hand ${hand}`));
    const welcome = [0xa0, 0, TICK_HZ, 60, 0, ...new Array(16).fill(7)];
    const count = [0x70, ...varint(CURSORS + 1)];
    return Buffer.from([...welcome, ...joined(0, 'Eye'), ...people.flat(), ...count]);
  },
  message(all) {
    const bytes = [0x90, ...varint(all.length)];
    let last = 0;
    for (const [hand, ...axes] of all) {
      bytes.push(...varint(hand + 1 - last));
      last = hand + 2;
      for (const axis of axes) {
        const units = Math.round(axis * 65_535);
        bytes.push(units >> 8, units & 255);
      }
    }
    return Buffer.from(bytes);
  },
};

/** Liveblocks' wire as its client reads it: a room's state, then presences in arrays. */
export const liveblocks = {
  path: '/v8',
  hello() {
    const users = {};
    const scopes = ['room:write'];
    for (let hand = 0; hand < CURSORS; hand += 1) {
      users[hand + 1] = { id: `hand-${hand}`, info: { name: `Hand ${hand}` }, scopes };
    }
    const state = { type: 104, actor: 0, nonce: 'n', scopes, users, meta: {} };
    return JSON.stringify(state);
  },
  presences() {
    const all = Array.from({ length: CURSORS }, (_, hand) => ({
      type: 100,
      actor: hand + 1,
      targetActor: 0,
      data: { cursor: null },
    }));
    return JSON.stringify(all);
  },
  message(all) {
    const presence = ([hand, x, y]) => ({ type: 100, actor: hand + 1, data: { cursor: { x, y } } });
    return JSON.stringify(all.map(presence));
  },
};

/** No protocol: numbers, for what only draws. */
export const plain = {
  path: '/plain',
  message: (all) => Buffer.from(Float32Array.from(all.flat()).buffer),
};

function varint(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
