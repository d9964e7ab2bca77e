/** People, each with all of their connections: two tabs of one person are one person. */
import type { Obj } from './json.js';
import { ACTIVITIES } from './records.js';
import type { Person, User } from './types.js';

const rank = (user: User<Obj>) => ACTIVITIES.indexOf(user.activity);

/** The people of a room; the same array until somebody joins, leaves or changes. */
export class People {
  #self: User<Obj> | null = null;
  #others: readonly User<Obj>[] = [];
  #people: readonly Person<Obj>[] = [];

  of(self: User<Obj> | null, others: readonly User<Obj>[]): readonly Person<Obj>[] {
    if (self !== this.#self || others !== this.#others) {
      this.#self = self;
      this.#others = others;
      this.#people = grouped(self, others);
    }
    return this.#people;
  }
}

function grouped(self: User<Obj> | null, others: readonly User<Obj>[]): Person<Obj>[] {
  const byId = new Map<string, User<Obj>[]>();
  for (const user of self ? [self, ...others] : others) {
    const { account, connectionId } = user;
    const id = account ? `account:${account}` : `connection:${connectionId}`;
    const known = byId.get(id);
    if (known) known.push(user);
    else byId.set(id, [user]);
  }
  return [...byId].map(([id, connections]) => {
    const user = connections.reduce((best, next) => (rank(next) < rank(best) ? next : best));
    return { id, connections, user, activity: user.activity, isSelf: connections[0] === self };
  });
}
