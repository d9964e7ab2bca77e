import { expect, it } from 'vitest';
import { People } from '../src/people.js';
import type { Activity, User } from '../src/types.js';

const user = (connectionId: number, account: string | null, activity: Activity = 'active') =>
  ({ connectionId, activity, ...(account === null ? {} : { account }) }) as User;

it('two connections of one account are one person, shown by the more active one', () => {
  const [tab, phone] = [user(1, 'ada', 'away'), user(4, 'ada')];
  expect(new People().of(null, [tab, user(2, null), phone])).toEqual([
    {
      id: 'account:ada',
      connections: [tab, phone],
      user: phone,
      activity: 'active',
      isSelf: false,
    },
    expect.objectContaining({ id: 'connection:2', isSelf: false }),
  ]);
});

it('you come first, with your other tabs', () => {
  const self = user(3, 'ada');
  const people = new People().of(self, [user(0, 'bo'), user(1, 'ada')]);
  expect(people.map(({ id, isSelf }) => [id, isSelf])).toEqual([
    ['account:ada', true],
    ['account:bo', false],
  ]);
  expect(people[0]?.connections.map(({ connectionId }) => connectionId)).toEqual([3, 1]);
});

it('who has no account is a person by themselves', () => {
  expect(new People().of(null, [user(0, null), user(1, null)])).toHaveLength(2);
});

it('the same array is given until something changes', () => {
  const people = new People();
  const others = [user(0, 'ada')];
  const first = people.of(null, others);
  expect(people.of(null, others)).toBe(first);
  expect(people.of(null, [...others])).not.toBe(first);
});
