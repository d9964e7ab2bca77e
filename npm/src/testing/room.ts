/** A room as the server has it: its seats, and who hears of them. */
import type { Clock } from '../clock.js';
import { Kind } from '../records.js';
import type { Position } from '../types.js';
import { GRACE_MS } from './limits.js';
import { cleanName, freeColor, freeName } from './looks.js';
import type { Member } from './member.js';
import type { Message } from './queue.js';
import { customDraft, type Draft, eventDraft, personDraft } from './records.js';
import { INITIAL, looksLike, type Seat, type State } from './seat.js';

/** The id of an observer, which no seat has. */
const NOBODY = 0xffff_ffff;

export class TestRoom {
  /** By id, ascending. */
  #seats: Seat[] = [];
  readonly #members = new Set<Member>();
  /** Ends the grace of a seat whose line was lost. */
  readonly #graces = new Map<Seat, () => void>();
  /** How many anonymous names were given. */
  #named = 0;
  readonly #clock: Clock;
  readonly #peopleMax: number;

  constructor(clock: Clock, peopleMax: number) {
    this.#clock = clock;
    this.#peopleMax = peopleMax;
  }

  /** Whether it takes one more on a new seat. */
  isOpenFor(member: Member): boolean {
    const hasPlace = this.#seats.length < this.#peopleMax;
    return hasPlace || member.entry.isObserver || this.#holds(member.seat);
  }

  /** Lets somebody in, on their own seat while it is kept, and tells them what they missed. */
  join(member: Member): void {
    const former = member.seat;
    const isResumed = this.#holds(former);
    if (former && isResumed) {
      this.#graces.get(former)?.();
      this.#graces.delete(former);
    } else if (!member.entry.isObserver) {
      member.seat = this.#take(member);
      this.#tell(member, personDraft(Kind.USER_JOINED, member.seat));
      this.#tellCount();
    }
    this.#members.add(member);
    const small = isResumed ? 1 : 0;
    member.tell({ kind: Kind.ROOM_JOINED, small, number: member.seat?.id ?? NOBODY });
    this.#tellChanges(member, former);
    member.tell({ kind: Kind.COUNT, number: this.#seats.length });
    member.tellMoved();
  }

  /** The line of somebody was cut; their seat is kept for a while. */
  lose(member: Member): void {
    this.#forget(member);
    const { seat } = member;
    if (seat) {
      const cancel = this.#clock.after(GRACE_MS, () => this.#remove(seat));
      this.#graces.set(seat, cancel);
    }
  }

  /** Somebody left, or was made to. */
  leave(member: Member): void {
    this.#forget(member);
    if (this.#holds(member.seat)) this.#remove(member.seat as Seat);
  }

  /** Somebody says what they are like; `patch` is what of the custom presence changed. */
  say(member: Member, state: State, patch?: { json: string; isWhole: boolean }): void {
    const { seat } = member;
    if (!seat) return;
    const before = seat.state;
    seat.state = state;
    if (state.surface !== before.surface) seat.cursor = null;
    if (!looksLike(before, state)) {
      this.#tell(member, personDraft(Kind.USER_UPDATED, seat));
      this.#tellMoved(member);
    }
    if (patch) this.#tell(member, customDraft(seat, patch.json, patch.isWhole));
  }

  move(member: Member, cursor: Position): void {
    const { seat } = member;
    if (!seat || (seat.cursor?.x === cursor.x && seat.cursor.y === cursor.y)) return;
    seat.cursor = cursor;
    this.#tellMoved(member);
  }

  broadcast(member: Member, { name, payload }: Message): void {
    if (member.seat) this.#tell(member, eventDraft(member.seat, name, payload));
  }

  get seats(): readonly Seat[] {
    return this.#seats;
  }

  /** They hear nothing more, and know everybody as they are now. */
  #forget(member: Member): void {
    this.#members.delete(member);
    member.known = this.#seats.map((seat) => ({ ...seat }));
  }

  #holds(seat: Seat | null): boolean {
    return seat !== null && this.#seats.includes(seat);
  }

  #take(member: Member): Seat {
    const ids = this.#seats.map((seat) => seat.id);
    const id = ids.findIndex((taken, i) => taken !== i);
    const names = this.#seats.map((seat) => seat.name);
    const colors = this.#seats.map((seat) => seat.color);
    const seat: Seat = {
      id: id < 0 ? ids.length : id,
      name: cleanName(member.entry.name) ?? freeName(names, this.#named++),
      color: member.entry.color ?? freeColor(colors),
      state: INITIAL,
      cursor: null,
    };
    member.entry.name = seat.name;
    member.entry.color = seat.color;
    this.#seats = [...this.#seats, seat].sort((a, b) => a.id - b.id);
    return seat;
  }

  #remove(seat: Seat): void {
    this.#graces.get(seat)?.();
    this.#graces.delete(seat);
    this.#seats = this.#seats.filter((other) => other !== seat);
    this.#tell(null, { kind: Kind.USER_LEFT, number: seat.id });
    this.#tellMoved(null);
    this.#tellCount();
  }

  /** Tells somebody how the room differs from what they knew on their `former` seat. */
  #tellChanges(member: Member, former: Seat | null): void {
    // Somebody with the looks and the id that they had themselves is somebody else.
    const same = (old: Seat, seat: Seat) =>
      old.id === seat.id &&
      old.name === seat.name &&
      old.color === seat.color &&
      (old.id === former?.id) === (seat === member.seat);
    const gone = member.known.filter((old) => !this.#seats.some((seat) => same(old, seat)));
    for (const { id } of gone) member.tell({ kind: Kind.USER_LEFT, number: id });
    for (const seat of this.#seats) {
      const old = member.known.find((one) => same(one, seat));
      if (!old) member.tell(personDraft(Kind.USER_JOINED, seat));
      else if (!looksLike(old.state, seat.state)) {
        member.tell(personDraft(Kind.USER_UPDATED, seat));
      }
      const { custom } = seat.state;
      const hasSome = custom !== '' || (old && old.state.custom !== '');
      if (hasSome && seat !== member.seat) member.tell(customDraft(seat, custom, true));
    }
  }

  #tell(except: Member | null, draft: Draft): void {
    for (const member of this.#members) if (member !== except) member.tell(draft);
  }

  #tellMoved(except: Member | null): void {
    for (const member of this.#members) if (member !== except) member.tellMoved();
  }

  #tellCount(): void {
    this.#tell(null, { kind: Kind.COUNT, number: this.#seats.length });
  }
}
