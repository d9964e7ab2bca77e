/** A room as components see it: there from the first render on, entered when they are mounted. */
import type { Client, EnterOptions, Lease, Room, RoomListeners, Self, User } from '@mote/presence';
import { RoomHandle } from './handle.js';
import { seeded, type SeedUser } from './seed.js';
import type { Source } from './selected.js';

/** What is known here of an application's presence and events: each hook says what they are. */
export type AnyObject = { [key: string]: never };
export type AnyEvent = { type: string };
export type AnyClient = Client<AnyObject, AnyEvent>;
export type AnyRoom = Room<AnyObject, AnyEvent>;

/** How a room is entered, and what is shown until it is joined. */
export interface StoreOptions {
  readonly enter: EnterOptions<AnyObject>;
  readonly others?: readonly SeedUser[] | undefined;
  readonly count?: number | undefined;
}

/**
 * Making one does nothing: it can be made while rendering, on a server too, and be thrown away. The
 * room is entered by the first hold, or by the first thing that is done with it, and left with the
 * last hold.
 */
export class RoomStore {
  readonly id: string;
  /** For the application: the same object as long as its provider has the same room. */
  readonly handle: AnyRoom;
  readonly initialOthers: readonly User<AnyObject>[];
  readonly initialCount: number;
  readonly initialPresence: Readonly<AnyObject>;

  readonly #client: AnyClient;
  readonly #enterOptions: EnterOptions<AnyObject>;
  readonly #sources = new Map<string, unknown>();
  #holds = 0;
  #lease: Lease<AnyObject, AnyEvent> | null = null;
  /** The presence that the room had when it was entered, where that was the initial one. */
  #untouched: Readonly<AnyObject> | undefined;

  constructor(client: AnyClient, id: string, { enter, others = [], count }: StoreOptions) {
    this.id = id;
    this.initialOthers = seeded(others);
    this.initialCount = count ?? others.length;
    this.initialPresence = enter.initialPresence ?? {};
    this.#client = client;
    this.#enterOptions = enter;
    this.handle = new RoomHandle(this);
  }

  /** The room, if it was ever entered. */
  get entered(): AnyRoom | null {
    return this.#lease?.room ?? null;
  }

  /** Keeps the room entered until the returned function is called. */
  readonly hold = (): (() => void) => {
    if (this.#holds === 0) this.#enter();
    this.#holds += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holds -= 1;
      if (this.#holds === 0) this.#lease?.leave();
    };
  };

  /**
   * The room to do something with. A child's effect runs before its provider's, so whoever is first
   * enters it; when no hold follows it is left again. After the last hold it is a room that is over,
   * with which nothing can be done.
   */
  use(): AnyRoom {
    if (!this.#lease) setTimeout(this.hold());
    return (this.#lease as Lease<AnyObject, AnyEvent> | null)?.room as AnyRoom;
  }

  readonly others = (): readonly User<AnyObject>[] => {
    const others = this.#joined?.getOthers();
    const isEmptyStill = others?.length === 0 && this.initialOthers.length === 0;
    return !others || isEmptyStill ? this.initialOthers : others;
  };

  readonly count = (): number => this.#joined?.getCount() ?? this.initialCount;

  readonly self = (): Self<AnyObject> | null => this.entered?.getSelf() ?? null;

  /** The initial object until it changes: a component does not render again for having mounted. */
  readonly presence = (): Readonly<AnyObject> => {
    const presence = this.entered?.getPresence();
    return !presence || presence === this.#untouched ? this.initialPresence : presence;
  };

  /** What `get` reads and `events` tell, for `useSelected`; made once for each `name`. */
  source<T>(
    name: string,
    events: readonly (keyof RoomListeners)[],
    get: () => T,
    initial: T,
  ): Source<T> {
    let source = this.#sources.get(name) as Source<T> | undefined;
    if (!source) {
      const subscribe = (changed: () => void) => {
        const release = this.hold();
        const ends = events.map((event) => this.use().subscribe(event, () => changed()));
        return () => {
          for (const end of ends) end();
          release();
        };
      };
      source = { subscribe, get, getInitial: () => initial };
      this.#sources.set(name, source);
    }
    return source;
  }

  /** The room once it was joined. Until then, what the server rendered is what is known. */
  get #joined(): AnyRoom | null {
    const status = this.entered?.getStatus();
    return status && status !== 'initial' && status !== 'connecting' ? this.entered : null;
  }

  #enter(): void {
    const before = this.entered;
    this.#lease = this.#client.enterRoom(this.id, this.#enterOptions);
    const { room } = this.#lease;
    if (room === before) return;
    const presence = room.getPresence();
    const isInitial = JSON.stringify(presence) === JSON.stringify(this.initialPresence);
    this.#untouched = isInitial ? presence : undefined;
  }
}
