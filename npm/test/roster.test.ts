/** What the application is told of the others. */
import { describe, expect, it } from 'vitest';
import { Cursors } from '../src/cursors.js';
import { Roster } from '../src/roster.js';

const person = (name: string) => ({ name, color: '#000000', account: '', surface: '', selection: [] });

function roster(...names: string[]): Roster {
  const all = new Roster({}, () => null);
  names.forEach((name, id) => all.join(id, person(name), 'active'));
  all.settle();
  return all;
}

const names = (users: readonly { name: string }[]) => users.map(({ name }) => name);

describe('between two tellings', () => {
  it('who came and went is not told at all, and the array stays', () => {
    const all = roster('Ada');
    const before = all.others;
    all.join(1, person('Bo'), 'active');
    all.leave(1);
    expect(all.settle()).toBe(null);
    expect(all.others).toBe(before);
  });

  it('somebody else on the same seat is a leave and a join', () => {
    const all = roster('Ada', 'Bo');
    all.custom(0, '{"a":1}', true);
    all.leave(0);
    all.join(0, person('Cy'), 'active');
    all.custom(0, '{"a":2}', true);
    const change = all.settle();
    expect(names(change?.left ?? [])).toEqual(['Ada']);
    expect(change?.left[0]?.presence, 'as they were told').toEqual({});
    expect(names(change?.joined ?? [])).toEqual(['Cy']);
    expect(change?.updated).toEqual([]);
    expect(names(all.others).sort()).toEqual(['Bo', 'Cy']);
  });

  it('several changes of one person are one update, with the last state', () => {
    const all = roster('Ada', 'Bo');
    const bo = all.others[1];
    all.update(0, person('Ada'), 'idle');
    all.custom(0, '{"a":1}', true);
    const change = all.settle();
    expect(change?.updated.map(({ presence }) => presence)).toEqual([{ a: 1 }]);
    expect(all.others[0]).toBe(change?.updated[0]);
    expect(all.others[1], 'others stay the same').toBe(bo);
    expect(all.settle(), 'told once').toBe(null);
  });

  it('a roster that was cleared and filled anew is told as such', () => {
    const all = roster('Ada', 'Bo');
    all.clear();
    all.join(0, person('Ada'), 'active');
    const change = all.settle();
    expect(names(change?.left ?? [])).toEqual(['Ada', 'Bo']);
    expect(names(change?.joined ?? [])).toEqual(['Ada']);
    expect(names(all.others)).toEqual(['Ada']);
  });
});

describe("one person's cursor", () => {
  it('is found among all, stays the same until one moves, and is null for who has none', () => {
    let all = Float32Array.of(2, 0.5, 0.25, 7, 1, 0, 9_000, 0, 1);
    const cursors = new Cursors(() => ({ cursors: all, isMoving: false }));
    cursors.moved();
    expect([2, 7, 9_000].map((id) => cursors.of(id))).toEqual([
      { x: 0.5, y: 0.25 },
      { x: 1, y: 0 },
      { x: 0, y: 1 },
    ]);
    expect([0, 3, 8, 9_001].map((id) => cursors.of(id))).toEqual([null, null, null, null]);
    expect(cursors.of(7)).toBe(cursors.of(7));
    all = Float32Array.of(7, 0, 0);
    cursors.moved();
    expect([2, 7].map((id) => cursors.of(id))).toEqual([null, { x: 0, y: 0 }]);
  });
});
