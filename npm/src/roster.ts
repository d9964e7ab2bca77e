/** The others in a room: what the records say of them, and what of it was told. */
import { clean, merge, type Obj } from './json.js';
import type { Person } from './records.js';
import type { Activity, OthersChange, Position, User } from './types.js';
import { UserImpl } from './user.js';

/** Somebody's seat: made at their join, so that the next person with the same number is another. */
interface Seat {
  person: Person;
  activity: Activity;
  /** The custom presence as the server has it. */
  custom: Obj;
  user: User<Obj>;
}

/** A seat with its user at one time. */
interface Told {
  seat: Seat;
  user: User<Obj>;
}

export class Roster {
  #others: readonly User<Obj>[] = Object.freeze([]);
  #isOthersOld = false;
  #seats = new Map<number, Seat>();
  /** What the application was told of those of whom it was not told everything. */
  #changed = new Map<number, Told | null>();
  readonly #nulls: Readonly<Obj>;
  readonly #cursor: (connectionId: number) => Position | null;

  /** `nulls`: what people without such a key are shown with. */
  constructor(nulls: Readonly<Obj>, cursor: (connectionId: number) => Position | null) {
    this.#nulls = nulls;
    this.#cursor = cursor;
  }

  /** An array that stays the same until somebody changed and was settled. */
  get others(): readonly User<Obj>[] {
    if (this.#isOthersOld) {
      this.#isOthersOld = false;
      this.#others = Object.freeze(Array.from(this.#seats.values(), (seat) => seat.user));
    }
    return this.#others;
  }

  user(connectionId: number): User<Obj> | null {
    return this.#seats.get(connectionId)?.user ?? null;
  }

  join(connectionId: number, person: Person, activity: Activity): void {
    this.#set(connectionId, { person, activity, custom: {} });
  }

  update(connectionId: number, person: Person, activity: Activity): void {
    const seat = this.#seats.get(connectionId);
    if (seat) this.#change(connectionId, seat, { person, activity });
  }

  /** `json` replaces the custom presence or is merged into it. Throws when it is no JSON for us. */
  custom(connectionId: number, json: string, isWhole: boolean): void {
    const seat = this.#seats.get(connectionId);
    if (!seat) return;
    const given = json === '' ? {} : clean(JSON.parse(json));
    const custom = merge(isWhole ? {} : seat.custom, given) as Obj;
    this.#change(connectionId, seat, { custom });
  }

  leave(connectionId: number): void {
    this.#note(connectionId);
    this.#seats.delete(connectionId);
  }

  clear(): void {
    for (const connectionId of [...this.#seats.keys()]) this.leave(connectionId);
  }

  /** What changed since the last call, or null. As much work as there are changes. */
  settle(): Omit<OthersChange<Obj>, 'isInitial'> | null {
    const joined: User<Obj>[] = [];
    const left: User<Obj>[] = [];
    const updated: User<Obj>[] = [];
    for (const [id, told] of this.#changed) {
      const seat = this.#seats.get(id);
      if (told && told.seat !== seat) left.push(told.user);
      if (seat && told?.seat !== seat) joined.push(seat.user);
      else if (seat && told?.user !== seat.user) updated.push(seat.user);
    }
    this.#changed.clear();
    if (joined.length + left.length + updated.length === 0) return null;
    this.#isOthersOld = true;
    return { joined, left, updated };
  }

  #note(connectionId: number): void {
    if (this.#changed.has(connectionId)) return;
    const seat = this.#seats.get(connectionId);
    this.#changed.set(connectionId, seat ? { seat, user: seat.user } : null);
  }

  #change(connectionId: number, seat: Seat, change: Partial<Seat>): void {
    this.#note(connectionId);
    Object.assign(seat, change);
    seat.user = this.#show(connectionId, seat);
  }

  #set(connectionId: number, facts: Omit<Seat, 'user'>): void {
    this.#note(connectionId);
    this.#seats.set(connectionId, { ...facts, user: this.#show(connectionId, facts) });
  }

  #show(connectionId: number, { person, activity, custom }: Omit<Seat, 'user'>): User<Obj> {
    const presence = Object.freeze({ ...this.#nulls, ...custom });
    return new UserImpl(connectionId, person, activity, presence, this.#cursor);
  }
}
