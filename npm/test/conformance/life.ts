/** Scenarios: entering and leaving, and lines that are cut. */
import { expect } from 'vitest';
import { collect, collectChanges, joined, said, type Side } from './sides.js';

export const LIFE: { [sentence: string]: (side: Side) => Promise<void> } = {
  async 'entering a room again shares it until the last one leaves'(side) {
    const client = side.connect();
    const first = client.enterRoom('r', { name: 'Ada' });
    const second = client.enterRoom('r', { name: 'ignored' });
    expect(second.room).toBe(first.room);
    expect(client.getRoom('r')).toBe(first.room);
    const bo = side.connect().enterRoom('r').room;
    await joined(side, first.room, bo);
    const changes = collectChanges(bo);
    first.leave();
    first.leave();
    await said(side, first.room, bo);
    expect([changes, bo.getOthers()[0]?.name]).toEqual([[], 'Ada']);
    second.leave();
    expect(client.getRoom('r'), 'it is kept for a moment').toBe(first.room);
    await side.until('she is gone', () => bo.getOthers().length === 0);
    expect([client.getRoom('r'), client.getStatus()]).toEqual([null, 'initial']);
  },

  async 'leaving and entering at once keeps the room, as StrictMode does it'(side) {
    const client = side.connect();
    const { room, leave } = client.enterRoom('r');
    const bo = side.connect().enterRoom('r').room;
    await joined(side, room, bo);
    const changes = collectChanges(bo);
    leave();
    expect(client.enterRoom('r').room).toBe(room);
    await said(side, room, bo);
    expect([changes, room.getStatus()]).toEqual([[], 'connected']);
  },

  async 'a room that was left can be entered anew, as a new person'(side) {
    const client = side.connect();
    const old = client.enterRoom('r', { name: 'Ada', initialPresence: { a: 1 } });
    const bo = side.connect().enterRoom('r', { name: 'Bo' }).room;
    await joined(side, old.room, bo);
    old.leave();
    await side.until('it is left', () => client.getRoom('r') === null);
    const changes = collectChanges(bo);
    await side.until('that is seen', () => bo.getOthers().length === 0);
    const { room } = client.enterRoom('r', { name: 'Cy' });
    expect(room).not.toBe(old.room);
    await joined(side, room, bo);
    expect(changes.at(-1)).toEqual(['joined', 'Cy']);
    expect(bo.getOthers()).toMatchObject([{ name: 'Cy', presence: {} }]);
    expect(old.room.getStatus()).toBe('disconnected');
    old.room.updatePresence({ b: 1 });
    old.room.broadcastEvent({ type: 'ghost' });
    const events = collect(bo, 'event');
    await said(side, room, bo);
    expect(events).toHaveLength(1);
  },

  async 'one client has 16 rooms, a 17th throws, and one given back makes place'(side) {
    const client = side.connect();
    const leases = Array.from({ length: 16 }, (_, i) => client.enterRoom(`room ${i}`));
    expect(() => client.enterRoom('one more')).toThrow(/^16 rooms are entered/);
    await side.until('all are joined', () =>
      leases.every(({ room }) => room.getStatus() === 'connected'),
    );
    leases[3]?.leave();
    const { room } = client.enterRoom('one more');
    await joined(side, room);
    expect(client.getRoom('room 3')).toBe(null);
    expect(leases.filter((lease) => lease.room.getStatus() === 'connected')).toHaveLength(15);
  },

  async 'options that cannot work throw'(side) {
    const client = side.connect();
    expect(() => client.enterRoom('')).toThrow('the room id must be a string of 1 to 128 bytes, not 0');
    expect(() => client.enterRoom('r', { name: '' })).toThrow(/^name must be .* 1 to 32 characters, not 0$/);
    expect(() => client.enterRoom('r', { name: 'x'.repeat(33) })).toThrow(/^name must be .* 1 to 32 characters, not 33$/);
    expect(() => client.enterRoom('r', { color: 'red' })).toThrow(/^color must be like/);
    expect(() => client.enterRoom('r', { initialPresence: { a: 1n } })).toThrow(/^initialPresence.a must be JSON, not an instance of BigInt$/);
    expect([client.getRoom('r'), client.getStatus()]).toEqual([null, 'initial']);
  },

  async 'the own self and status are told as they change'(side) {
    const client = side.connect();
    const { room } = client.enterRoom('r', { name: 'Ada', initialPresence: { a: 1 } });
    const [statuses, selves] = [collect(room, 'status'), collect(room, 'self')];
    const counts = collect(room, 'count');
    expect([client.getStatus(), room.getStatus()]).toEqual(['connecting', 'connecting']);
    await side.until('it is joined', () => room.getSelf() && counts.length);
    expect([client.getStatus(), room.getStatus()]).toEqual(['connected', 'connected']);
    const self = room.getSelf();
    expect(self).toMatchObject({ name: 'Ada', presence: { a: 1 }, cursor: null });
    expect([statuses, selves, counts]).toEqual([[['connected']], [[self]], [[1]]]);
    room.updateCursor({ x: 1, y: 1 });
    expect(room.getSelf(), 'a move replaces nothing').toBe(self);
    room.setActivity('idle');
    await side.until('that is told', () => selves.length === 2);
    expect(room.getSelf()).toMatchObject({ activity: 'idle', cursor: { x: 1, y: 1 } });
    client.close();
    expect([room.getStatus(), client.getStatus()]).toEqual(['disconnected', 'initial']);
  },

  async 'a cut line: the others see the seat stay, and everything is there afterwards'(side) {
    const client = side.connect();
    const ada = client.enterRoom('r', { name: 'Ada', initialPresence: { a: 1 } }).room;
    const bo = side.connect().enterRoom('r', { name: 'Bo' }).room;
    await joined(side, ada, bo);
    ada.updateCursor({ x: 1, y: 0 });
    await side.until('the cursor is there', () => bo.getOthers()[0]?.cursor);
    const [statuses, events] = [collect(ada, 'status'), collect(bo, 'event')];
    const [changes, counts] = [collectChanges(bo), collect(bo, 'count')];
    const id = ada.getSelf()?.connectionId;
    client.goOffline();
    await side.until('she knows', () => ada.getStatus() === 'reconnecting');
    expect(client.getStatus()).toBe('reconnecting');
    expect(ada.getOthers(), 'nobody vanishes meanwhile').toMatchObject([{ name: 'Bo' }]);
    expect(bo.getOthers()).toMatchObject([{ name: 'Ada', cursor: { x: 1, y: 0 } }]);
    ada.updatePresence({ b: 2 });
    ada.broadcastEvent({ type: 'kept' });
    bo.updatePresence({ c: 3 });
    client.goOnline();
    await side.until('all is there', () => events.length && ada.getOthers()[0]?.presence['c']);
    expect(bo.getOthers()).toMatchObject([
      { connectionId: id, presence: { a: 1, b: 2 }, cursor: { x: 1, y: 0 } },
    ]);
    expect(statuses).toEqual([['reconnecting'], ['connected']]);
    expect([new Set(changes.map(([what]) => what)), counts]).toEqual([new Set(['updated']), []]);
  },

  async 'what happened while a line was cut is told as what differs afterwards'(side) {
    const client = side.connect();
    const ada = client.enterRoom('r', { name: 'Ada' }).room;
    const bo = side.connect().enterRoom('r', { name: 'Bo', initialPresence: { b: 1 } }).room;
    const cy = { name: 'Cy', color: '#0000ff' };
    const cyClient = side.connect();
    const first = cyClient.enterRoom('r', { ...cy, initialPresence: { c: 1 } });
    await joined(side, ada, bo, first.room);
    await said(side, bo, ada);
    await said(side, first.room, ada);
    const seen = (name: string) => ada.getOthers().find((user) => user.name === name);
    expect([seen('Bo')?.presence, seen('Cy')?.presence]).toEqual([{ b: 1 }, { c: 1 }]);

    client.goOffline();
    await side.until('she knows', () => ada.getStatus() === 'reconnecting');
    bo.updateCursor({ x: 1, y: 1 });
    bo.setActivity('idle');
    bo.updatePresence({ b: null, d: { e: 1 } });
    first.leave();
    await side.until('Cy is gone', () => bo.getOthers().length === 1);
    // The same looks, another seat: the presence of the first one must not stay.
    const second = cyClient.enterRoom('r', cy).room;
    await side.until('Cy is back', () => bo.getOthers().length === 2);
    await said(side, bo, second);
    expect([seen('Bo')?.activity, seen('Bo')?.cursor]).toEqual(['active', null]);
    client.goOnline();
    await side.until('she knows all', () => seen('Bo')?.cursor);
    expect(seen('Bo')).toMatchObject({ activity: 'idle', presence: { d: { e: 1 } } });
    expect(Object.keys(seen('Bo')?.presence ?? {})).toEqual(['d']);
    expect(seen('Cy')?.presence).toEqual({});

    client.goOffline();
    await side.until('she knows again', () => ada.getStatus() === 'reconnecting');
    const changes = collectChanges(ada);
    cyClient.close();
    await side.until('Cy is gone for good', () => bo.getOthers().length === 1);
    bo.setActivity('away');
    client.goOnline();
    await side.until('she knows that, too', () => ada.getOthers().length === 1);
    expect(changes).toEqual([
      ['left', 'Cy'],
      ['updated', 'Bo'],
    ]);
    expect(seen('Bo')?.activity).toBe('away');
  },

  async 'a line cut for long: the seat is free, and who comes back has the same looks'(side) {
    const client = side.connect();
    const ada = client.enterRoom('r', { initialPresence: { a: 1 } }).room;
    const bo = side.connect().enterRoom('r', { name: 'Bo' }).room;
    await joined(side, ada, bo);
    await side.until('her presence is there', () => bo.getOthers()[0]?.presence['a']);
    const { name, color } = ada.getSelf() ?? {};
    const changes = collectChanges(bo);
    client.goOffline();
    await side.passGrace();
    await side.until('she is gone', () => bo.getOthers().length === 0 && bo.getCount() === 1);
    const cy = side.connect().enterRoom('r').room;
    await joined(side, bo, cy);
    client.goOnline();
    await joined(side, ada, bo, cy);
    const id = ada.getSelf()?.connectionId;
    const back = () => bo.getOthers().find(({ connectionId }) => connectionId === id);
    await side.until('her presence is back', () => back()?.presence['a']);
    expect(back()).toMatchObject({ name, color });
    expect(ada.getSelf()).toMatchObject({ name, color });
    const named = changes.filter(([, whose]) => whose === name);
    expect(named.slice(0, 2).map(([what]) => what)).toEqual(['left', 'joined']);
  },

  async 'a connection that takes long is told as lost, then as restored'(side) {
    const client = side.connect();
    const { room } = client.enterRoom('r');
    await joined(side, room);
    const lost = collect(room, 'lost-connection');
    client.goOffline();
    await side.passLostTimeout();
    await side.until('it is told', () => lost.length === 1);
    client.goOnline();
    await side.until('the return is told', () => lost.length === 2);
    expect(lost).toEqual([['lost'], ['restored']]);
  },

  async 'a first connection that fails says so once, and goes on trying'(side) {
    const client = side.connect();
    client.goOffline();
    const { room } = client.enterRoom('r');
    const [errors, lost] = [collect(room, 'error'), collect(room, 'lost-connection')];
    await side.passLostTimeout();
    await side.until('it is told', () => errors.length && lost.length);
    expect(room.getStatus()).toBe('connecting');
    client.reconnect();
    client.goOnline();
    await joined(side, room);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.[0].message).toMatch(/^room "r": no Mote server answers at ws:/);
    expect(errors[0]?.[0].closeCode).toBe(1006);
    await side.until('the return is told', () => lost.length === 2);
  },

  async 'of too many events without a line the oldest are dropped, and that is told'(side) {
    const client = side.connect();
    const { room } = client.enterRoom('r');
    const bo = side.connect().enterRoom('r').room;
    await joined(side, room, bo);
    const [events, errors] = [collect(bo, 'event'), collect(room, 'error')];
    client.goOffline();
    await side.until('it knows', () => room.getStatus() === 'reconnecting');
    for (let i = 0; i < 130; i++) room.broadcastEvent({ type: 'n', i });
    client.goOnline();
    await side.until('the rest is there', () => events.length === 128);
    expect(events[0]?.[0].event).toEqual({ type: 'n', i: 2 });
    expect(errors.map(([{ message }]) => message)).toEqual([
      'room "r": 2 events could not be sent in time and are lost',
    ]);

    // Nor more than 64 KiB of them.
    client.goOffline();
    await side.until('it knows again', () => room.getStatus() === 'reconnecting');
    const filler = 'x'.repeat(16_000);
    for (let i = 0; i < 6; i++) room.broadcastEvent({ type: 'large', i, filler });
    client.goOnline();
    await side.until('four are there', () => events.length === 132);
    expect(events[128]?.[0].event['i']).toBe(2);
  },

  async 'who comes back too late sees another tab with the same looks on the former seat'(side) {
    const client = side.connect();
    const looks = { name: 'Ada', color: '#0000ff' };
    const first = client.enterRoom('r', looks).room;
    await joined(side, first);
    const bo = side.connect().enterRoom('r', { name: 'Bo' }).room;
    await joined(side, first, bo);
    client.goOffline();
    await side.passGrace();
    await side.until('she is gone', () => bo.getOthers().length === 0);
    const second = side.connect().enterRoom('r', looks).room;
    await joined(side, second, bo);
    client.goOnline();
    await side.until('all are in', () => bo.getOthers().length === 2 && bo.getCount() === 3);
    await said(side, bo, first);
    expect(new Set(first.getOthers().map(({ name }) => name))).toEqual(new Set(['Ada', 'Bo']));
  },

  async 'a room that is left says that it is disconnected'(side) {
    const { room, leave } = side.connect().enterRoom('r');
    await joined(side, room);
    const statuses: string[] = [];
    room.subscribe('status', (status) => statuses.push(status));
    leave();
    await side.until('it is told', () => statuses.length > 0);
    expect(statuses).toEqual(['disconnected']);
  },
};
