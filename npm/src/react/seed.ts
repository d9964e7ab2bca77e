/** Who is here as the server that rendered the page knew it. */
import type { Activity, User } from '@mote/presence';
import type { AnyObject } from './store.js';

/** Somebody whom the server rendered: JSON, so that it can be passed to the browser. */
export interface SeedUser {
  /** Their number in the room. */
  readonly connectionId: number;
  /** The name to show. */
  readonly name: string;
  /** The colour to show, `#rrggbb`. */
  readonly color: string;
  /** The account that a token proved. */
  readonly account?: string;
  /** Their presence. */
  readonly presence?: object;
  /** Whether they are at it; `active` by default. */
  readonly activity?: Activity;
}

/** Users as components see them, until the room is joined. */
export function seeded(seeds: readonly SeedUser[]): readonly User<AnyObject>[] {
  return seeds.map((seed) =>
    Object.freeze({
      ...seed,
      presence: (seed.presence ?? {}) as AnyObject,
      activity: seed.activity ?? 'active',
      cursor: null,
      surface: null,
      selection: [],
    }),
  );
}
