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

export class Roster {
  /** An array that stays the same until somebody changes. */
  others: readonly User<Obj>[] = Object.freeze([]);
  #seats = new Map<number, Seat>();
  /** What the application was told: seats, and their users at that time. */
  #told = new Map<number, { seat: Seat; user: User<Obj> }>();
  #isDirty = false;
  readonly #nulls: Readonly<Obj>;
  readonly #cursor: (connectionId: number) => Position | null;

  /** `nulls`: what people without such a key are shown with. */
  constructor(nulls: Readonly<Obj>, cursor: (connectionId: number) => Position | null) {
    this.#nulls = nulls;
    this.#cursor = cursor;
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
    if (this.#seats.delete(connectionId)) this.#isDirty = true;
  }

  clear(): void {
    this.#isDirty ||= this.#seats.size > 0;
    this.#seats.clear();
  }

  /** Rebuilds `others` when something changed; what changed since the last call, or null. */
  settle(): OthersChange<Obj> | null {
    if (!this.#isDirty) return null;
    this.#isDirty = false;
    const joined: User<Obj>[] = [];
    const left: User<Obj>[] = [];
    const updated: User<Obj>[] = [];
    for (const [id, told] of this.#told) {
      if (this.#seats.get(id) !== told.seat) left.push(told.user);
    }
    for (const [id, seat] of this.#seats) {
      const told = this.#told.get(id);
      if (told?.seat !== seat) joined.push(seat.user);
      else if (told.user !== seat.user) updated.push(seat.user);
    }
    if (joined.length + left.length + updated.length === 0) return null;
    this.#told = new Map([...this.#seats].map(([id, seat]) => [id, { seat, user: seat.user }]));
    this.others = Object.freeze([...this.#seats.values()].map((seat) => seat.user));
    return { joined, left, updated };
  }

  #change(connectionId: number, seat: Seat, change: Partial<Seat>): void {
    Object.assign(seat, change);
    seat.user = this.#show(connectionId, seat);
    this.#isDirty = true;
  }

  #set(connectionId: number, facts: Omit<Seat, 'user'>): void {
    this.#seats.set(connectionId, { ...facts, user: this.#show(connectionId, facts) });
    this.#isDirty = true;
  }

  #show(connectionId: number, { person, activity, custom }: Omit<Seat, 'user'>): User<Obj> {
    const presence = Object.freeze({ ...this.#nulls, ...custom });
    return new UserImpl(connectionId, person, activity, presence, this.#cursor);
  }
}
