/** A room: what the application calls, and what the client's records change. */
import { Command, type RoomCore } from './core.js';
import { Cursors, type Shown } from './cursors.js';
import { Emitter } from './emitter.js';
import { MoteError } from './error.js';
import { clean, type Obj } from './json.js';
import { EVENTS_WAITING_MAX, PRESENCE_INTERVAL_MS, VIEWPORT_INTERVAL_MS } from './limits.js';
import { LostWatch } from './lost.js';
import { Own } from './own.js';
import { Pace } from './pace.js';
import type { AnyEvent, Entry, Host } from './host.js';
import { isListener, LISTENERS, OWN_EVENTS } from './listeners.js';
import { must } from './must.js';
import { People } from './people.js';
import { patched } from './presence.js';
import { activityOf, Kind, type Person as Facts, person, type Record, text } from './records.js';
import { Roster } from './roster.js';
import { TokenSource } from './token.js';
import { trackPointer } from './track.js';
import type {
  Activity,
  LostConnection,
  MoteErrorCode,
  MoteErrorRetry,
  Person,
  Position,
  Room,
  RoomEventMessage,
  RoomListeners,
  Self,
  Status,
  Surface,
  TokenProvider,
  TrackOptions,
  User,
  Viewport,
} from './types.js';
import { UserImpl } from './user.js';
import * as validate from './validate.js';

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
  readonly #people = new People();
  readonly #tokens: TokenSource | null;
  readonly #cursors = new Cursors((command) => this.#readCursors(command));
  readonly #lostWatch: LostWatch;
  /** What stops each `trackCursor` that runs. */
  readonly #trackers = new Set<() => void>();
  readonly #emitter = new Emitter<RoomListeners<Obj, AnyEvent>>();
  readonly #presence: Pace;
  readonly #viewport: Pace;

  #status: Status = 'connecting';
  #toldStatus: Status = 'connecting';
  #hasJoined = false;
  #isJoinTold = false;
  /** The roster is what a core said that crashed. */
  #isRosterOld = false;
  /** That of nobody, for an observer. */
  #ownId = 0;
  #person: Facts | null = null;
  #self: Self<Obj> | null = null;
  #toldSelf: Self<Obj> | null = null;
  #count = 0;
  #toldCount = 0;
  #waiting: { name: string; payload: Uint8Array }[] = [];
  #events: RoomEventMessage<Obj, AnyEvent>[] = [];
  #errors: MoteError[] = [];
  #lost: LostConnection[] = [];

  constructor(id: string, entry: Entry, host: Host, provider?: TokenProvider) {
    this.id = id;
    this.resume = entry.resume;
    this.#entry = entry;
    this.#host = host;
    this.#own = new Own(entry.presence);
    const nulls = Object.entries(entry.presence).filter(([, value]) => value === null);
    this.#roster = new Roster(Object.fromEntries(nulls), (id) => this.#cursors.of(id));
    this.#presence = new Pace(PRESENCE_INTERVAL_MS, host.clock, () =>
      this.#send((core) => this.#own.sendPresence(core)),
    );
    this.#viewport = new Pace(VIEWPORT_INTERVAL_MS, host.clock, () =>
      this.#send((core) => this.#own.sendViewport(core)),
    );
    this.#tokens =
      provider === undefined
        ? null
        : new TokenSource(provider, id, {
            answered: (token) => this.#useToken(token),
            failed: (why) => this.fail('token', 'automatic', `the token provider failed: ${why}`),
          });
    this.#lostWatch = new LostWatch(host.lostConnectionMs, host.clock, (event) => {
      this.#lost.push(event);
      host.schedule();
    });
  }

  // What the application calls.

  updateCursor(position: Position | null): void {
    this.#moveCursor(validate.checkPosition(position));
  }

  trackCursor(surface: Surface, options: TrackOptions = {}): () => void {
    const { anchors } = validate.checkObject(options, "trackCursor's options", '{ anchors: true }');
    const end = trackPointer(
      surface,
      (position) => this.#moveCursor(validate.checkPosition(position, true)),
      anchors ? (id) => this.setSurface(id) : null,
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
    // At once: a text field that shows it must not see its old value in between.
    this.#emitter.emit('my-presence', this.#own.presence);
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
        this.fail('dropped', 'none', 'too many events wait: the oldest is lost');
      }
    }
    this.#send((core) => core(Command.EVENT, [name, payload]) >= 0);
  }

  setActivity(activity: Activity): void {
    validate.checkActivity(activity);
    this.#own.activity = activity;
    this.#send((core) => this.#own.sendActivity(core, activity));
    this.#showSelf();
  }

  setSurface(id: string | null): void {
    this.#own.surface = validate.checkSurface(id);
    this.#own.cursor = null;
    this.#send((core) => this.#own.sendSurface(core));
    this.#showSelf();
  }

  updateViewport(viewport: Viewport | null): void {
    this.#own.viewport = validate.checkViewport(viewport);
    this.#viewport.request();
  }

  setSelection(ids: readonly string[]): void {
    this.#own.selection = validate.checkSelection(ids);
    this.#send((core) => this.#own.sendSelection(core));
    this.#showSelf();
  }

  getSelf(): Self<Obj> | null {
    return this.#self;
  }

  getOthers(): readonly User<Obj>[] {
    return this.#roster.others;
  }

  getPeople(): readonly Person<Obj>[] {
    return this.#people.of(this.#self, this.#roster.others);
  }

  getCursors(): Float32Array {
    return this.#cursors.all();
  }

  animateCursors(): Float32Array {
    return this.#cursors.drawn();
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
    must(isListener(name), `the event must be one of ${LISTENERS.join(', ')}`, name);
    validate.checkFunction(listener, 'the listener');
    if (name === 'cursors' && this.#cursors.isUntold) this.#host.scheduleFrame();
    return this.#emitter.on(name, listener);
  }

  // What the client calls.

  /** Whether it was entered as the same person. */
  isAs({ name, color, observer }: Omit<Entry, 'resume'>): boolean {
    const own = this.#entry;
    return name === own.name && color === own.color && observer === own.observer;
  }

  /** Enters the room on the present core. */
  attach(): void {
    const { core } = this.#host;
    const { name = '', color = -1, observer } = this.#entry;
    const command = observer ? Command.OBSERVE : Command.ENTER;
    const channel = core(command, color, [this.id, name, this.resume ?? '']);
    if (channel < 0) {
      const why = 'the core refused the room: please report it';
      this.end('refused', why);
      return;
    }
    this.channel = channel;
    this.#send((room) => this.#own.sendAll(room));
    for (const { name, payload } of this.#waiting.splice(0)) {
      this.#send((room) => room(Command.EVENT, [name, payload]));
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
  depart(): void {
    this.#presence.send();
    if (this.channel !== null) this.#host.core(Command.LEAVE, this.channel);
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
        // Nothing in it for an observer, by choice or by token.
        this.resume = body.slice();
        this.#hear('connected');
        break;
      case Kind.ROOM_LOST:
        this.#hear('reconnecting');
        break;
      case Kind.ROOM_REFUSED:
        this.end('refused', `the room was refused: ${text(body)}`);
        break;
      case Kind.KICKED:
        this.end('kicked', `removed from the room: ${text(body)}`);
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
        this.fail('dropped', 'none', `${number} events could not be sent in time and are lost`);
        break;
      case Kind.TOKEN_NEEDED:
        if (this.#tokens) this.#tokens.ask();
        else this.end('token', NO_PROVIDER);
        break;
      case Kind.REDIRECTED:
        this.end('redirected', `redirected in circles to ${text(body)}`);
        break;
      case Kind.ERROR:
        this.fail('rejected', 'none', text(body));
        break;
    }
  }

  /** Over for good; nothing changes any more. */
  end(code?: MoteErrorCode, why = ''): void {
    if (code) this.fail(code, 'never', why);
    if (this.isOver) return;
    this.isOver = true;
    this.#waiting = [];
    this.#tokens?.stop();
    for (const stop of this.#trackers) stop();
    this.#hear('disconnected');
  }

  /** Something went wrong. */
  fail(code: MoteErrorCode, retry: MoteErrorRetry, message: string, closeCode?: number): void {
    this.#errors.push(new MoteError(`room "${this.id}": ${message}`, code, retry, closeCode));
    this.#host.schedule();
  }

  /** The page goes: nobody shall see a cursor that nobody moves. */
  pageHidden(): void {
    this.#send((core) => {
      this.#presence.send();
      this.#own.sendHidden(core, true);
      this.#own.sendActivity(core, 'away');
    });
  }

  /** The page came back from the browser's cache. */
  pageShown(): void {
    this.#send((core) => {
      this.#own.sendActivity(core, this.#own.activity);
      this.#own.sendCursor(core);
    });
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
    if (change && emitter.has('others')) {
      const isInitial = !this.#isJoinTold;
      emitter.emit('others', this.#roster.others, { ...change, isInitial });
    }
    this.#isJoinTold = this.#hasJoined;
    if (this.#count !== this.#toldCount) emitter.emit('count', (this.#toldCount = this.#count));
    for (const message of this.#events.splice(0)) {
      // Those of the package's own parts are not the application's.
      const isOwn = message.event.type.startsWith('mote:');
      emitter.emit(isOwn ? OWN_EVENTS : 'event', message);
    }
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

  #send(act: (core: RoomCore) => unknown): void {
    const { channel } = this;
    if (channel === null || this.isOver) return;
    const { core } = this.#host;
    if (act((command, ...rest) => core(command, channel, ...rest)) === false) {
      this.fail('rejected', 'none', STATE_TOO_LARGE);
    }
  }

  #useToken(token: string | null): void {
    this.#send((core) => {
      if (token !== null) core(Command.TOKEN, [token]);
      // The core would go on waiting for it.
      else core(Command.LEAVE);
    });
    if (token !== null) return;
    this.channel = null;
    this.end('token', 'the token provider has none');
  }

  #moveCursor(position: Position | null): void {
    this.#own.cursor = position;
    this.#send((core) => this.#own.sendCursor(core));
  }

  #isOwn(connectionId: number): boolean {
    return connectionId === this.#ownId;
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
    this.#events.push({ event, connectionId: number | 0, user: this.#roster.user(number) });
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

  #readCursors(command: Command): Shown {
    // Without a channel there are none.
    return this.#host.cursors(command, this.channel ?? -1);
  }
}

const STATE_TOO_LARGE =
  'presence, selection and surface are too large together: the change is lost';

const NO_PROVIDER = 'the server asks for a token: give createClient a token provider';
