/** A person as the application sees them. */
import type { Obj } from './json.js';
import type { Person } from './records.js';
import type { Activity, Position, User } from './types.js';

/** Immutable but for the cursor, which reads the newest position. */
export class UserImpl implements User<Obj> {
  declare readonly connectionId: number;
  declare readonly name: string;
  declare readonly color: string;
  declare readonly account?: string;
  declare readonly presence: Readonly<Obj>;
  declare readonly surface: string | null;
  declare readonly activity: Activity;
  declare readonly selection: readonly string[];
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
