/** A person as the application sees them. */
import type { Obj } from './json.js';
import type { Person } from './records.js';
import type { Activity, Position, User } from './types.js';

/** Immutable but for the cursor, which reads the newest position. */
export class UserImpl implements User<Obj> {
  readonly connectionId: number;
  readonly name: string;
  readonly color: string;
  declare readonly account?: string;
  readonly presence: Readonly<Obj>;
  readonly surface: string | null;
  readonly activity: Activity;
  readonly selection: readonly string[];
  readonly #cursor: (connectionId: number) => Position | null;

  constructor(
    connectionId: number,
    person: Person,
    activity: Activity,
    presence: Readonly<Obj>,
    cursor: (connectionId: number) => Position | null,
  ) {
    this.connectionId = connectionId;
    this.name = person.name;
    this.color = person.color;
    if (person.account) this.account = person.account;
    this.presence = presence;
    this.surface = person.surface || null;
    this.activity = activity;
    this.selection = person.selection;
    this.#cursor = cursor;
    Object.freeze(this);
  }

  get cursor(): Position | null {
    return this.#cursor(this.connectionId);
  }
}
