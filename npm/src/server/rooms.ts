/** The claim `rooms`: where somebody may go, and what they may do there. */
import { must, text } from './check.js';

/**
 * What may be done in a room: `read` what others say, `presence`: be listed, with a cursor and a
 * state of one's own, `event`: broadcast events; `admin`: manage it by the admin API, which is for
 * backends and lets nobody in.
 */
export type Right = 'read' | 'presence' | 'event' | 'admin';

/** What may be done in the rooms of a pattern: a room's id, or its beginning and a `*`. */
export interface RoomRights {
  readonly room: string;
  readonly rights: readonly Right[];
}

/** Rights by pattern, or a list of patterns with rights. */
export type Rooms = { readonly [pattern: string]: readonly Right[] } | readonly RoomRights[];

const RIGHTS: readonly Right[] = ['read', 'presence', 'event', 'admin'];

/** The claim; throws a `TypeError` for what is none. */
export function roomClaims(rooms: Rooms): RoomRights[] {
  const list: readonly RoomRights[] = Array.isArray(rooms)
    ? (rooms as readonly RoomRights[])
    : Object.entries(Object(rooms)).map(([room, rights]) => ({ room, rights: rights as Right[] }));
  must(list.length > 0, "rooms must be like { 'board-*': ['read', 'presence', 'event'] }", rooms);
  return list.map((entry) => {
    const { room, rights: given } = Object(entry) as RoomRights;
    text(room, "a room's pattern");
    must(!/\*./s.test(room), 'a pattern must be a room id, or its beginning and a "*"', room);
    const isRight = Array.isArray(given) && given.length > 0;
    const unknown = isRight ? given.find((right) => !RIGHTS.includes(right)) : given;
    must(isRight && unknown === undefined, `rights must be some of ${RIGHTS.join(', ')}`, unknown);
    return { room, rights: RIGHTS.filter((right) => given.includes(right)) };
  });
}
