/** Scenarios: presence, events and cursors. */
import { expect } from 'vitest';
import { collect, joined, said, type Side } from './sides.js';

async function two(side: Side) {
  const ada = side.connect().enterRoom('r', { name: 'Ada' }).room;
  const bo = side.connect().enterRoom('r', { name: 'Bo' }).room;
  await joined(side, ada, bo);
  return { ada, bo, seen: () => bo.getOthers()[0] };
}

export const STATE: { [sentence: string]: (side: Side) => Promise<void> } = {
  async 'a patch replaces top-level keys, and others see exactly what is left of nulls'(side) {
    const box = { w: 1, h: { min: null, max: 2 } };
    const initialPresence = { tool: 'pen', box, list: [1, null] };
    const ada = side.connect().enterRoom('r', { initialPresence }).room;
    const bo = side.connect().enterRoom('r', { initialPresence: { tool: null, no: null } }).room;
    await joined(side, ada, bo);
    const seen = () => bo.getOthers()[0]?.presence;
    await side.until('the presence is there', () => seen()?.['list']);
    expect(ada.getPresence()).toEqual(initialPresence);
    const list = [1, null];
    expect(seen()).toEqual({ tool: 'pen', box: { w: 1, h: { max: 2 } }, list, no: null });
    ada.updatePresence({ tool: null, box: { h: { min: 3 } }, more: { deep: { er: null } } });
    expect(ada.getPresence()).toEqual({
      tool: null,
      box: { h: { min: 3 } },
      list,
      more: { deep: { er: null } },
    });
    await side.until('the patch is there', () => seen()?.['more']);
    expect(seen()).toEqual({
      tool: null,
      box: { h: { min: 3 } },
      list,
      more: { deep: {} },
      no: null,
    });
    expect(Object.isFrozen(seen())).toBe(true);
    const late = side.connect().enterRoom('r').room;
    await joined(side, ada, bo, late);
    const id = ada.getSelf()?.connectionId;
    const adaSeenLate = late.getOthers().find((user) => user.connectionId === id);
    expect(adaSeenLate?.presence).toEqual({ box: { h: { min: 3 } }, list, more: { deep: {} } });
  },

  async 'changes of one moment are told together, to oneself and to the others'(side) {
    const { ada, bo } = await two(side);
    const [self, others] = [collect(ada, 'self'), collect(bo, 'others')];
    const before = ada.getPresence();
    ada.updatePresence({ a: 1 });
    const between = ada.getPresence();
    expect(between).not.toBe(before);
    expect(ada.getSelf()?.presence).toBe(between);
    ada.updatePresence({ b: 2 });
    expect(self, 'nobody is told in the middle of the call').toEqual([]);
    await side.until('it is told', () => others.length && self.length);
    expect(self).toEqual([[ada.getSelf()]]);
    expect(others).toHaveLength(1);
    expect(bo.getOthers()[0]?.presence).toEqual({ a: 1, b: 2 });
  },

  async 'events come in order with the presence, to the others only, as they were sent'(side) {
    const { ada, bo } = await two(side);
    const got: unknown[] = [];
    bo.subscribe('event', ({ event, connectionId, user }) => {
      got.push([event, connectionId, user?.name, user?.presence['step']]);
    });
    const own = collect(ada, 'event');
    ada.updatePresence({ step: 1 });
    ada.broadcastEvent({ type: 'wave' });
    ada.updatePresence({ step: 2 });
    ada.broadcastEvent({ type: 'ünï ✓', list: [1, null, { a: '😀' }] });
    await side.until('both are there', () => got.length === 2);
    const id = ada.getSelf()?.connectionId;
    expect(got).toEqual([
      [{ type: 'wave' }, id, 'Ada', 1],
      [{ type: 'ünï ✓', list: [1, null, { a: '😀' }] }, id, 'Ada', 2],
    ]);
    await said(side, bo, ada);
    expect(own.map(([{ user }]) => user?.name)).toEqual(['Bo']);
  },

  async 'a cursor arrives in 16 bits, and replaces neither the user nor the others'(side) {
    const { ada, bo, seen } = await two(side);
    const [others, user] = [bo.getOthers(), seen()];
    const [cursors, changes] = [collect(bo, 'cursors'), collect(bo, 'others')];
    expect([seen()?.cursor, [...bo.getCursors()]]).toEqual([null, []]);
    ada.updateCursor({ x: 0.123, y: 2 });
    expect(ada.getSelf()?.cursor, 'the own one is exact').toEqual({ x: 0.123, y: 1 });
    await side.until('it is told', () => cursors.at(-1)?.[0].length);
    const x = Math.fround(8_061 / 65_535);
    const id = ada.getSelf()?.connectionId;
    expect([...bo.getCursors()]).toEqual([id, x, 1]);
    expect(cursors.at(-1)?.[0]).toEqual(Float32Array.of(id ?? -1, x, 1));
    expect(seen()?.cursor).toEqual({ x, y: 1 });
    expect(seen()?.cursor, 'the same until it moves').toBe(seen()?.cursor);
    expect(bo.getCursors(), 'the same until one moves').toBe(bo.getCursors());
    expect(user?.cursor, 'an old user object reads the newest').toEqual({ x, y: 1 });
    expect([bo.getOthers(), seen()]).toEqual([others, user]);
    expect(bo.getOthers()).toBe(others);
    expect(changes).toEqual([]);
    expect(ada.getCursors(), 'nobody sees their own').toHaveLength(0);
  },

  async 'a cursor is hidden with null, and shown again where it is then'(side) {
    const { ada, bo, seen } = await two(side);
    ada.updateCursor({ x: 0.5, y: 0.5 });
    await side.until('it is there', () => seen()?.cursor);
    const cursors = collect(bo, 'cursors');
    ada.updateCursor(null);
    await side.until('it is hidden', () => seen()?.cursor === null);
    await side.until('that is told', () => cursors.some(([all]) => all.length === 0));
    ada.updateCursor({ x: 0, y: 1 });
    await side.until('it is back', () => seen()?.cursor?.y === 1);
    expect(seen()?.cursor).toEqual({ x: 0, y: 1 });
  },

  async 'a change of surface clears the cursor until the next move'(side) {
    const { ada, bo, seen } = await two(side);
    ada.updateCursor({ x: 1, y: 0 });
    await side.until('it is there', () => seen()?.cursor);
    ada.setSurface('card-1');
    expect(ada.getSelf()).toMatchObject({ surface: 'card-1', cursor: null });
    await side.until('the surface is there', () => seen()?.surface === 'card-1');
    expect(seen()?.cursor).toBe(null);
    ada.updateCursor({ x: 0, y: 0 });
    await side.until('the cursor is back', () => seen()?.cursor);
    expect([...bo.getCursors()]).toEqual([ada.getSelf()?.connectionId, 0, 0]);
    ada.setSurface(null);
    await side.until('the surface is gone', () => seen()?.surface === null);
    expect(seen()?.cursor).toBe(null);
  },

  async 'what is done before the room is joined arrives, events included'(side) {
    const bo = side.connect().enterRoom('r').room;
    await joined(side, bo);
    const events = collect(bo, 'event');
    const ada = side.connect().enterRoom('r', { initialPresence: { a: 1 } }).room;
    ada.updatePresence({ b: 2 });
    ada.setActivity('away');
    ada.setSurface('s');
    ada.setSelection(['x']);
    ada.updateCursor({ x: 1, y: 0 });
    ada.broadcastEvent({ type: 'early' });
    await side.until('all is there', () => events.length && bo.getOthers()[0]?.cursor);
    expect(bo.getOthers()).toMatchObject([
      {
        presence: { a: 1, b: 2 },
        activity: 'away',
        surface: 's',
        selection: ['x'],
        cursor: { x: 1, y: 0 },
      },
    ]);
    expect(events.map(([{ event }]) => event)).toEqual([{ type: 'early' }]);
  },

  async 'what is done at the moment of joining arrives whole'(side) {
    const bo = side.connect().enterRoom('r').room;
    await joined(side, bo);
    const events = collect(bo, 'event');
    const ada = side.connect().enterRoom('r', { initialPresence: { a: 1 } }).room;
    ada.subscribe('status', () => {
      ada.updatePresence({ b: 2 });
      ada.broadcastEvent({ type: 'here' });
      ada.updateCursor({ x: 0, y: 0 });
    });
    await side.until('all is there', () => events.length && bo.getOthers()[0]?.cursor);
    expect(bo.getOthers()[0]?.presence).toEqual({ a: 1, b: 2 });
    expect(events.map(([{ user }]) => user?.presence)).toEqual([{ a: 1, b: 2 }]);
  },

  async 'what cannot be sent throws, and changes nothing'(side) {
    const { ada, bo, seen } = await two(side);
    const errors = collect(ada, 'error');
    const wrong: [() => void, RegExp][] = [
      [() => ada.updatePresence({ f: () => {} }), /^presence\.f must be JSON, not an instance of Function$/],
      [() => ada.updatePresence({ n: Number.NaN }), /^presence\.n must be JSON, not NaN$/],
      [() => ada.updatePresence({ big: 'x'.repeat(15 * 1024) }), /^presence must have at most 15360 bytes/],
      [() => ada.updatePresence([] as never), /^presence must be like/],
      [() => ada.updateCursor({ x: Number.NaN, y: 0 }), /^x must be a fraction of the surface/],
      [() => ada.broadcastEvent({} as never), /^the event's type must be a string/],
      [() => ada.broadcastEvent({ type: 'x', y: 'x'.repeat(16_384) }), /^the event must have at most 16384 bytes/],
      [() => ada.setActivity('busy' as never), /^activity must be/],
      [() => ada.setSurface(''), /^the surface id must be .* 1 to 64 bytes, not 0$/],
      [() => ada.setSelection(['x'.repeat(600)]), /^the selection must have at most 512 bytes/],
      [() => ada.updateViewport({ x: 0, y: 0, width: -1, height: 1 }), /^the viewport must be/],
      [() => ada.subscribe('moved' as 'self', () => {}), /^the event must be one of status/],
    ];
    for (const [act, message] of wrong) expect(act).toThrow(message);
    await said(side, ada, bo);
    expect(seen()).toMatchObject({ presence: {}, activity: 'active', selection: [], cursor: null });
    expect([ada.getPresence(), errors]).toEqual([{}, []]);
  },

  async 'the largest presence, selection and surface fit together'(side) {
    const { ada, bo, seen } = await two(side);
    const errors = collect(ada, 'error');
    const [selection, surface, big] = ['x'.repeat(500), 'y'.repeat(64), 'z'.repeat(15_350)];
    ada.setSelection([selection]);
    ada.setSurface(surface);
    ada.updatePresence({ big });
    await said(side, ada, bo);
    expect(seen()).toMatchObject({ selection: [selection], surface, presence: { big } });
    expect(errors).toEqual([]);
  },

  async 'a listener that ends hears nothing more, the others do'(side) {
    const { ada, bo } = await two(side);
    const heard: string[] = [];
    const end = bo.subscribe('event', ({ event }) => void heard.push(`ended ${event.type}`));
    bo.subscribe('event', ({ event }) => void heard.push(event.type));
    ada.broadcastEvent({ type: 'one' });
    await side.until('it is heard', () => heard.length === 2);
    end();
    ada.broadcastEvent({ type: 'two' });
    await side.until('it is heard, too', () => heard.includes('two'));
    expect(heard).toEqual(['ended one', 'one', 'two']);
  },
};
