/** Scenarios: who is here, and what they are like. */
import { expect } from 'vitest';
import type { Lease } from '../../dist/index.js';
import {
  collect,
  collectChanges,
  type Event,
  joined,
  PEOPLE_MAX,
  type Presence,
  said,
  type Side,
} from './sides.js';

export const PEOPLE: { [sentence: string]: (side: Side) => Promise<void> } = {
  async 'people see each other, with names, colours and the count'(side) {
    const ada = side.connect().enterRoom('r', { name: ' Ada\u200b ', color: '#11AAff' }).room;
    expect([ada.getStatus(), ada.getSelf(), ada.getCount()]).toEqual(['connecting', null, 0]);
    const bo = side.connect().enterRoom('r', { name: 'Bo' }).room;
    await joined(side, ada, bo);
    await side.until('both count both', () => ada.getCount() === 2 && bo.getCount() === 2);
    const shown = { name: 'Ada', color: '#11aaff', cursor: null, activity: 'active' };
    expect(bo.getOthers()).toMatchObject([{ ...shown, surface: null, selection: [] }]);
    expect(ada.getSelf()).toMatchObject(shown);
    expect(Object.keys(bo.getOthers()[0] ?? {})).not.toContain('account');
    expect(Object.isFrozen(bo.getOthers())).toBe(true);
    expect(bo.getOthers()[0]?.connectionId).toBe(ada.getSelf()?.connectionId);
  },

  async 'who gives no name or colour is given one, and another one than the others'(side) {
    const rooms = [1, 2, 3].map(() => side.connect().enterRoom('r').room);
    await joined(side, ...rooms);
    const selves = rooms.map((room) => room.getSelf());
    expect(new Set(selves.map((self) => self?.name)).size).toBe(3);
    expect(new Set(selves.map((self) => self?.color)).size).toBe(3);
    for (const self of selves) {
      expect(self?.name).toMatch(/^[A-Z]\w+ [A-Z]\w+$/);
      expect(self?.color).toMatch(/^#[0-9a-f]{6}$/);
    }
  },

  async 'ids are the smallest that are free'(side) {
    const leases: Lease<Presence, Event>[] = [];
    for (const name of ['Ada', 'Bo', 'Cy']) {
      const lease = side.connect().enterRoom('r', { name });
      await side.until('they are in', () => lease.room.getSelf());
      leases.push(lease);
    }
    expect(leases.map(({ room }) => room.getSelf()?.connectionId)).toEqual([0, 1, 2]);
    leases[1]?.leave();
    await side.until('Bo is gone', () => leases[0]?.room.getOthers().length === 1);
    const di = side.connect().enterRoom('r', { name: 'Di' }).room;
    await side.until('Di is in', () => di.getSelf());
    expect(di.getSelf()?.connectionId).toBe(1);
    await side.until('all see Di', () => leases[0]?.room.getOthers().length === 2);
    expect(new Set(leases[0]?.room.getOthers().map(({ name }) => name))).toEqual(
      new Set(['Cy', 'Di']),
    );
  },

  async 'a join is told with the presence or before it, never after'(side) {
    const ada = side.connect().enterRoom('r', { name: 'Ada' }).room;
    await joined(side, ada);
    const told = collect(ada, 'others');
    side.connect().enterRoom('r', { name: 'Bo', initialPresence: { tool: 'pen' } });
    await side.until('the presence is there', () => ada.getOthers()[0]?.presence['tool']);
    expect(told[0]?.[1]).toMatchObject({ joined: [{ name: 'Bo' }], left: [], updated: [] });
    for (const [, change] of told.slice(1)) {
      expect(change).toMatchObject({ joined: [], left: [], updated: [{ name: 'Bo' }] });
    }
    expect(told.at(-1)?.[0]).toMatchObject([{ name: 'Bo', presence: { tool: 'pen' } }]);
    expect(told.at(-1)?.[0]).toBe(ada.getOthers());
  },

  async 'a leave is told at once, with the person as they were last'(side) {
    const adaLease = side.connect().enterRoom('r', { name: 'Ada', initialPresence: { a: 1 } });
    const bo = side.connect().enterRoom('r', { name: 'Bo' }).room;
    await joined(side, adaLease.room, bo);
    await side.until('the presence is there', () => bo.getOthers()[0]?.presence['a']);
    const [told, counts] = [collect(bo, 'others'), collect(bo, 'count')];
    adaLease.leave();
    adaLease.leave();
    await side.until('she is gone', () => bo.getOthers().length === 0 && bo.getCount() === 1);
    expect(told).toHaveLength(1);
    expect(told[0]?.[1]).toMatchObject({
      joined: [],
      left: [{ name: 'Ada', presence: { a: 1 } }],
      updated: [],
    });
    expect(counts).toEqual([[1]]);
    expect(adaLease.room.getStatus()).toBe('disconnected');
  },

  async 'an observer sees everything, is neither listed nor counted, and cannot send events'(side) {
    const ada = side.connect().enterRoom('r', { name: 'Ada' }).room;
    await joined(side, ada);
    const watcher = side.connect().enterRoom('r', { observer: true }).room;
    const errors = collect(watcher, 'error');
    await side.until('the observer sees her', () => watcher.getOthers().length === 1);
    ada.updatePresence({ a: 1 });
    await said(side, ada, watcher);
    expect(watcher.getOthers()).toMatchObject([{ name: 'Ada', presence: { a: 1 } }]);
    expect([watcher.getSelf(), watcher.getCount(), ada.getCount()]).toEqual([null, 1, 1]);
    expect(ada.getOthers()).toEqual([]);
    watcher.broadcastEvent({ type: 'x' });
    await side.until('the error is told', () => errors.length === 1);
    expect(errors[0]?.[0].message).toBe(
      'room "r": an observer has no seat to send events from',
    );
  },

  async 'a full room is refused, with a code where it was the only one'(side) {
    const rooms = Array.from({ length: PEOPLE_MAX }, () => side.connect().enterRoom('r').room);
    await joined(side, ...rooms);
    const client = side.connect();
    const { room } = client.enterRoom('r');
    const errors = collect(room, 'error');
    await side.until('it is refused', () => room.getStatus() === 'disconnected');
    expect(errors.map(([{ message, code, closeCode }]) => [message, code, closeCode])).toEqual([
      ['room "r": the connection was closed (4005): the room is full', 'closed', 4005],
    ]);
    expect(client.getStatus()).toBe('disconnected');

    const busy = side.connect();
    const other = busy.enterRoom('other').room;
    await joined(side, other);
    const refused = busy.enterRoom('r').room;
    const why = collect(refused, 'error');
    await side.until('it is refused, too', () => refused.getStatus() === 'disconnected');
    expect(why.map(([{ message, code, closeCode }]) => [message, code, closeCode])).toEqual([
      ['room "r": the room was refused: the room is full', 'refused', undefined],
    ]);
    expect([other.getStatus(), busy.getStatus()]).toEqual(['connected', 'connected']);
  },

  async 'what changed is told with the same objects that getOthers has'(side) {
    const ada = side.connect().enterRoom('r', { name: 'Ada' }).room;
    const bo = side.connect().enterRoom('r', { name: 'Bo' }).room;
    const cy = side.connect().enterRoom('r', { name: 'Cy' }).room;
    await joined(side, ada, bo, cy);
    const before = bo.getOthers();
    const told = collect(bo, 'others');
    ada.setSelection(['a', 'bö']);
    await side.until('it is told', () => told.length === 1);
    const [others, { updated }] = told[0] as (typeof told)[0];
    expect(others).not.toBe(before);
    expect(others).toBe(bo.getOthers());
    const of = (name: string) => others.find((user) => user.name === name);
    expect(updated).toEqual([of('Ada')]);
    expect(updated[0]).toBe(of('Ada'));
    expect(of('Ada')?.selection).toEqual(['a', 'bö']);
    expect(of('Cy')).toBe(before.find(({ name }) => name === 'Cy'));
  },

  async 'activity and selection are seen, and nothing is told when nothing changed'(side) {
    const ada = side.connect().enterRoom('r', { name: 'Ada' }).room;
    const bo = side.connect().enterRoom('r', { name: 'Bo' }).room;
    await joined(side, ada, bo);
    const changes = collectChanges(bo);
    ada.setActivity('idle');
    await said(side, ada, bo);
    expect(bo.getOthers()).toMatchObject([{ activity: 'idle' }]);
    const others = bo.getOthers();
    ada.setActivity('idle');
    ada.setSelection([]);
    ada.setSurface(null);
    ada.updatePresence({});
    ada.updateViewport({ x: 0, y: 0, width: 1, height: 1 });
    await said(side, ada, bo);
    expect(bo.getOthers()).toBe(others);
    expect(changes).toEqual([['updated', 'Ada']]);
  },

  async 'rooms are apart from each other, also on one connection'(side) {
    const client = side.connect();
    const [one, two] = [client.enterRoom('one').room, client.enterRoom('two').room];
    const ada = side.connect().enterRoom('two', { name: 'Ada' }).room;
    await joined(side, two, ada);
    await joined(side, one);
    const [events, others] = [collect(one, 'event'), collect(one, 'others')];
    ada.updatePresence({ a: 1 });
    await said(side, ada, two);
    expect(two.getOthers()[0]?.presence).toEqual({ a: 1 });
    expect([events, others]).toEqual([[], []]);
  },
};
