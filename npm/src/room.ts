/** A room: what the application calls, and what the client's records change. */
import type { Core } from './core.js';
import { Cursors } from './cursors.js';
import { Emitter } from './emitter.js';
import { clean, type Obj } from './json.js';
import { EVENTS_WAITING_MAX, PRESENCE_INTERVAL_MS, VIEWPORT_INTERVAL_MS } from './limits.js';
import { LostWatch } from './lost.js';
import { Own } from './own.js';
import { Pace } from './pace.js';
import { patched } from './presence.js';
import { activityOf, Kind, type Person, person, type Record, text } from './records.js';
import { Roster } from './roster.js';
import { trackPointer } from './track.js';
import type {
  Activity,
  LostConnection,
  MoteError,
  Position,
  Room,
  RoomEventMessage,
  RoomListeners,
  Self,
  Status,
  Surface,
  User,
  Viewport,
} from './types.js';
import { UserImpl } from './user.js';
import * as validate from './validate.js';

/** An event with a type, which is all that is known of it here. */
export type AnyEvent = { type: string };

/** What a room needs of its client. */
export interface Host {
  /** Calls the core, if there is one; a crash in there is dealt with. */
  call<T>(act: (core: Core) => T): T | undefined;
  /** Reads numbers that the core collected. */
  floats(count: (core: Core) => number, place: (core: Core) => number): Float32Array;
  /** Polls and dispatches soon. */
  schedule(): void;
  /** Tells cursors at the next frame. */
  scheduleFrame(): void;
  readonly lostConnectionMs: number;
}

/** How it is entered, validated. */
export interface Entry {
  name: string | undefined;
  color: number | undefined;
  observer: boolean;
  presence: Readonly<Obj>;
  resume: Uint8Array | undefined;
}

export class RoomImpl implements Room<Obj, AnyEvent> {
  readonly id: string;
  /** How often it is entered and not given back. */
  leases = 0;
  /** Its channel on the present core. */
  channel: number | null = null;
  /** Takes the seat back; the server's, or the one that the page before left. */
  resume: Uint8Array | undefined;
  /** Refused, kicked or closed for good. */
  isOver = false;

  readonly #host: Host;
  readonly #entry: Entry;
  readonly #own: Own;
  readonly #roster: Roster;
  readonly #cursors = new Cursors(() => this.#readCursors());
  readonly #lostWatch: LostWatch;
  /** What stops each `trackCursor` that runs. */
  readonly #trackers = new Set<() => void>();
  readonly #emitter = new Emitter<RoomListeners<Obj, AnyEvent>>();
  readonly #presence = new Pace(PRESENCE_INTERVAL_MS, () =>
    this.#send((core, channel) => this.#own.sendPresence(core, channel)),
  );
  readonly #viewport = new Pace(VIEWPORT_INTERVAL_MS, () =>
    this.#send((core, channel) => this.#own.sendViewport(core, channel)),
  );

  #status: Status = 'connecting';
  #toldStatus: Status = 'connecting';
  #hasJoined = false;
  /** The roster is what a core said that crashed. */
  #isRosterOld = false;
  #ownId = 0;
  #person: Person | null = null;
  #self: Self<Obj> | null = null;
  #toldSelf: Self<Obj> | null = null;
  #count = 0;
  #toldCount = 0;
  #waiting: { name: string; payload: Uint8Array }[] = [];
  #events: RoomEventMessage<Obj, AnyEvent>[] = [];
  #errors: MoteError[] = [];
  #lost: LostConnection[] = [];

  constructor(id: string, entry: Entry, host: Host) {
    this.id = id;
    this.resume = entry.resume;
    this.#entry = entry;
    this.#host = host;
    this.#own = new Own(entry.presence);
    const nulls = Object.entries(entry.presence).filter(([, value]) => value === null);
    this.#roster = new Roster(Object.fromEntries(nulls), (id) => this.#cursors.of(id));
    this.#lostWatch = new LostWatch(host.lostConnectionMs, (event) => {
      this.#lost.push(event);
      host.schedule();
    });
  }

  // What the application calls.

  updateCursor(position: Position | null): void {
    this.#moveCursor(validate.checkPosition(position));
  }

  trackCursor(surface: Surface): () => void {
    const end = trackPointer(surface, (position) =>
      this.#moveCursor(validate.checkPosition(position, true)),
    );
    const stop = () => {
      this.#trackers.delete(stop);
      end();
    };
    if (this.isOver) end();
    else this.#trackers.add(stop);
    return stop;
  }

  updatePresence(patch: Partial<Obj>): void {
    this.#own.presence = patched(this.#own.presence, patch, 'presence');
    this.#showSelf();
    this.#presence.request();
  }

  getPresence(): Readonly<Obj> {
    return this.#own.presence;
  }

  broadcastEvent(event: AnyEvent): void {
    const { name, payload } = validate.checkEvent(event);
    this.#presence.send();
    if (this.channel === null && !this.isOver) {
      this.#waiting.push({ name, payload });
      if (this.#waiting.length > EVENTS_WAITING_MAX) {
        this.#waiting.shift();
        this.fail('too many events before the connection: the oldest was dropped');
      }
    }
    this.#send((core, channel) => core.broadcastEvent(channel, name, payload));
  }

  setActivity(activity: Activity): void {
    validate.checkActivity(activity);
    this.#own.activity = activity;
    this.#send((core, channel) => this.#own.sendActivity(core, channel, activity));
    this.#showSelf();
  }

  setSurface(id: string | null): void {
    this.#own.surface = validate.checkSurface(id);
    this.#own.cursor = null;
    this.#send((core, channel) => this.#own.sendSurface(core, channel));
    this.#showSelf();
  }

  updateViewport(viewport: Viewport | null): void {
    this.#own.viewport = validate.checkViewport(viewport);
    this.#viewport.request();
  }

  setSelection(ids: readonly string[]): void {
    this.#own.selection = validate.checkSelection(ids);
    this.#send((core, channel) => this.#own.sendSelection(core, channel));
    this.#showSelf();
  }

  getSelf(): Self<Obj> | null {
    return this.#self;
  }

  getOthers(): readonly User<Obj>[] {
    return this.#roster.others;
  }

  getCursors(): Float32Array {
    return this.#cursors.all();
  }

  getStatus(): Status {
    return this.#status;
  }

  getCount(): number {
    return this.#count;
  }

  subscribe<K extends keyof RoomListeners>(
    name: K,
    listener: RoomListeners<Obj, AnyEvent>[K],
  ): () => void {
    if (typeof listener !== 'function' || !LISTENERS.has(name)) {
      throw new TypeError(
        `subscribe takes one of ${[...LISTENERS].join(', ')} and a function, ` +
          `not ${String(name)} and ${typeof listener}`,
      );
    }
    if (name === 'cursors' && this.#cursors.isUntold) this.#host.scheduleFrame();
    return this.#emitter.on(name, listener);
  }

  // What the client calls.

  /** Enters the room on a core. */
  attach(core: Core): void {
    const { name = '', color = -1, observer } = this.#entry;
    const resume = this.resume ?? new Uint8Array();
    const channel = core.enterRoom(this.id, name, color, resume, observer);
    if (channel === undefined) {
      this.end('the core refused to enter this room: please report it with the room id');
      return;
    }
    this.channel = channel;
    if (!this.#own.sendAll(core, channel)) this.fail('the state was refused: it is too large');
    for (const { name, payload } of this.#waiting.splice(0)) {
      core.broadcastEvent(channel, name, payload);
    }
  }

  /** The core is gone; the next one tells everyone anew. */
  detach(): void {
    this.channel = null;
    this.#isRosterOld = true;
    this.#cursorsMoved();
    this.#hear('reconnecting');
  }

  /** Leaves the room on the core; nothing changes any more. */
  depart(core: Core | null): void {
    this.#presence.send();
    if (core && this.channel !== null) core.leaveRoom(this.channel);
    this.channel = null;
    this.end();
  }

  /** The connection's status changed. */
  connection(status: Status): void {
    if (status === 'disconnected') this.end();
    else if (status !== 'connected') this.#hear(this.#hasJoined ? 'reconnecting' : status);
  }

  /** A record of this room's channel. */
  apply(record: Record): void {
    const { kind, number, body } = record;
    switch (kind) {
      case Kind.ROOM_JOINED:
        if (this.#isRosterOld) this.#roster.clear();
        this.#isRosterOld = false;
        this.#ownId = number;
        this.#hasJoined = true;
        if (!this.#entry.observer) this.resume = body.slice();
        this.#hear('connected');
        break;
      case Kind.ROOM_LOST:
        this.#hear('reconnecting');
        break;
      case Kind.ROOM_REFUSED:
        this.end(`the room was refused: ${text(body)}`);
        break;
      case Kind.KICKED:
        this.end(`removed from the room: ${text(body)}`);
        break;
      case Kind.USER_JOINED:
      case Kind.USER_UPDATED:
        this.#applyPerson(record);
        break;
      case Kind.USER_LEFT:
        this.#roster.leave(number);
        this.#cursorsMoved();
        break;
      case Kind.CUSTOM:
        if (!this.#isOwn(number)) this.#roster.custom(number, text(body), record.small === 1);
        break;
      case Kind.CURSORS_MOVED:
        this.#cursorsMoved();
        break;
      case Kind.COUNT:
        this.#count = number;
        break;
      case Kind.EVENT:
        this.#applyEvent(record);
        break;
      case Kind.EVENTS_DROPPED:
        this.fail(`${number} events could not be sent in time and were dropped`);
        break;
      case Kind.TOKEN_NEEDED:
        this.fail('the server asks for a token, which this version cannot give');
        break;
      case Kind.REDIRECTED:
        this.end(`the server says that this room is at ${text(body)}: use that address`);
        break;
      case Kind.ERROR:
        this.fail(text(body));
        break;
    }
  }

  /** Over for good; nothing changes any more. */
  end(why?: string): void {
    if (why) this.fail(why);
    if (this.isOver) return;
    this.isOver = true;
    this.#waiting = [];
    for (const stop of this.#trackers) stop();
    this.#hear('disconnected');
  }

  /** Something went wrong. */
  fail(message: string, code?: number): void {
    const error = Object.assign(new Error(`room "${this.id}": ${message}`), { name: 'MoteError' });
    this.#errors.push(code === undefined ? error : Object.assign(error, { code }));
    this.#host.schedule();
  }

  /** The page goes: nobody shall see a cursor that nobody moves. */
  pageHidden(core: Core): void {
    if (this.channel === null || this.isOver) return;
    this.#presence.send();
    this.#own.sendHidden(core, this.channel, true);
    this.#own.sendActivity(core, this.channel, 'away');
  }

  /** The page came back from the browser's cache. */
  pageShown(core: Core): void {
    if (this.channel === null || this.isOver) return;
    this.#own.sendActivity(core, this.channel, this.#own.activity);
    this.#own.sendCursor(core, this.channel);
  }

  /** Whether the seat can be handed to the next page. */
  get seat(): Uint8Array | undefined {
    return this.isOver ? undefined : this.resume;
  }

  /** Tells the application everything that changed since the last call. */
  dispatch(): void {
    const emitter = this.#emitter;
    const change = this.#roster.settle();
    if (this.#status !== this.#toldStatus) {
      emitter.emit('status', (this.#toldStatus = this.#status));
    }
    if (this.#self !== this.#toldSelf) emitter.emit('self', (this.#toldSelf = this.#self));
    if (change && emitter.has('others')) emitter.emit('others', this.#roster.others, change);
    if (this.#count !== this.#toldCount) emitter.emit('count', (this.#toldCount = this.#count));
    for (const message of this.#events.splice(0)) emitter.emit('event', message);
    for (const event of this.#lost.splice(0)) emitter.emit('lost-connection', event);
    for (const error of this.#errors.splice(0)) {
      if (emitter.has('error')) emitter.emit('error', error);
      else console.error(error);
    }
  }

  /** Tells the cursors if they moved; called once a frame. */
  dispatchCursors(): void {
    if (!this.#cursors.isUntold || !this.#emitter.has('cursors')) return;
    this.#cursors.isUntold = false;
    this.#emitter.emit('cursors', this.getCursors());
  }

  #send(act: (core: Core, channel: number) => unknown): void {
    const { channel } = this;
    if (channel === null || this.isOver) return;
    if (this.#host.call((core) => act(core, channel)) === false) {
      this.fail('a change was refused: presence, selection and surface are too large together');
    }
  }

  #moveCursor(position: Position | null): void {
    this.#own.cursor = position;
    this.#send((core, channel) => this.#own.sendCursor(core, channel));
  }

  #isOwn(connectionId: number): boolean {
    return connectionId === this.#ownId && !this.#entry.observer;
  }

  #applyPerson(record: Record): void {
    const facts = person(record.body);
    if (this.#isOwn(record.number)) {
      this.#person = facts;
      this.#showSelf();
    } else if (record.kind === Kind.USER_JOINED) {
      this.#roster.join(record.number, facts, activityOf(record));
    } else {
      this.#roster.update(record.number, facts, activityOf(record));
      this.#cursorsMoved(); // It may have been hidden or shown.
    }
  }

  #applyEvent({ small, number, body }: Record): void {
    const payload = text(body.subarray(small));
    const data = payload === '' ? {} : (clean(JSON.parse(payload)) as Obj);
    const event = { ...data, type: text(body.subarray(0, small)) };
    this.#events.push({ event, connectionId: number, user: this.#roster.user(number) });
  }

  #showSelf(): void {
    if (!this.#person) return;
    const { surface, selection, activity, presence } = this.#own;
    const facts = { ...this.#person, surface: surface ?? '', selection };
    this.#self = new UserImpl(this.#ownId, facts, activity, presence, () => this.#own.cursor);
    this.#host.schedule();
  }

  #hear(status: Status): void {
    if (this.#status === status || (this.isOver && status !== 'disconnected')) return;
    this.#status = status;
    this.#lostWatch.hear(status);
    this.#host.schedule();
  }

  #cursorsMoved(): void {
    this.#cursors.moved();
    if (this.#emitter.has('cursors')) this.#host.scheduleFrame();
  }

  #readCursors(): Float32Array {
    const { channel } = this;
    if (channel === null) return new Float32Array();
    return this.#host.floats(
      (core) => core.collectCursors(channel),
      (core) => core.cursors(),
    );
  }
}

const LISTENERS: ReadonlySet<string> = new Set<keyof RoomListeners>([
  'status',
  'self',
  'others',
  'cursors',
  'event',
  'count',
  'error',
  'lost-connection',
]);
