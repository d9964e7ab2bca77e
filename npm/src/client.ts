/** A client: one core, its rooms, and what the core is polled for. */
import type { Clock } from './clock.js';
import type { Core } from './core.js';
import { FrameLoop } from './frame.js';
import { keepResume, takeResume } from './handover.js';
import { watchPage } from './lifecycle.js';
import { CRASHES_MAX, ROOMS_MAX } from './limits.js';
import type { Instance } from './load.js';
import { patched } from './presence.js';
import { Kind, NO_CHANNEL, RETRIES, type Record, records, statusOf, text } from './records.js';
import type { AnyEvent, Host } from './host.js';
import { RoomImpl } from './room.js';
import type {
  Client,
  EnterOptions,
  Lease,
  MoteErrorCode,
  MoteErrorRetry,
  Room,
  Status,
  TokenProvider,
  WebSocketConstructor,
} from './types.js';
import type { Obj } from './json.js';
import { TAP } from './tap.js';
import * as validate from './validate.js';

/** Validated options. */
export interface Settings {
  url: string;
  cursorHz: number;
  lostConnectionMs: number;
  /** Undefined on a server, where rooms cannot be entered. */
  WebSocket: WebSocketConstructor | undefined;
  /** Gets what the core is made of. */
  getInstance: () => Promise<Instance>;
  clock: Clock;
  token: TokenProvider | undefined;
}

/** A socket as far as it is touched here: its listeners are the core's. */
type Socket = {
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  close(): void;
};

const SUBPROTOCOL = 'mote.v1';

export class ClientImpl implements Client<Obj, AnyEvent>, Host {
  readonly lostConnectionMs: number;
  readonly clock: Clock;
  readonly #settings: Settings;
  readonly #rooms = new Map<string, RoomImpl>();
  readonly #frame: FrameLoop;
  #core: Core | null = null;
  #instance: Instance | null = null;
  #isStarting = false;
  #isScheduled = false;
  #status: Status = 'initial';
  #socket: Socket | null = null;
  #tap: ((socket: object) => void) | null = null;
  #crashes = 0;
  /** It connected once, or was told that it cannot. */
  #isReachTold = false;
  #unwatchPage: (() => void) | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.lostConnectionMs = settings.lostConnectionMs;
    this.clock = settings.clock;
    this.#frame = new FrameLoop(
      () => this.#eachRoom((room) => room.dispatchCursors()),
      settings.clock.frame,
    );
  }

  // What the application calls.

  enterRoom(id: string, options: EnterOptions<Obj> = {}): Lease<Obj, AnyEvent> {
    validate.checkRoomId(id);
    validate.checkObject(options, "enterRoom's options", '{ name: "Ada" }');
    const { name, color, observer, initialPresence } = options;
    const entry = {
      name: validate.checkName(name),
      color: validate.checkColor(color),
      observer: observer === true,
      presence: patched({}, initialPresence ?? {}, 'initialPresence'),
    };
    if (!this.#settings.WebSocket) throw new Error(NOT_A_PAGE);
    let room = this.#rooms.get(id);
    // Given back a moment ago, and now entered as somebody else.
    if (room && (room.isOver || (room.leases === 0 && !room.isAs(entry)))) {
      this.#leave(room);
      room = undefined;
    }
    if (!room) {
      if (this.#rooms.size >= ROOMS_MAX) {
        // One that was given back and is kept for a moment makes place.
        const unused = [...this.#rooms.values()].find(({ leases }) => leases === 0);
        if (!unused) {
          throw new RangeError(`${ROOMS_MAX} rooms are entered, the most of one client: leave one`);
        }
        this.#leave(unused);
      }
      const resume = entry.observer ? undefined : takeResume(this.#settings.url, id);
      room = new RoomImpl(id, { ...entry, resume }, this, this.#settings.token);
      this.#rooms.set(id, room);
      this.#start();
    }
    return this.#lease(room);
  }

  getRoom(id: string): Room<Obj, AnyEvent> | null {
    return this.#rooms.get(id) ?? null;
  }

  getStatus(): Status {
    return this.#status;
  }

  reconnect(): void {
    this.call((core) => core.reconnectNow());
  }

  close(): void {
    this.#eachRoom((room) => this.#leave(room));
  }

  /**
   * Shows `tap` the present socket and, before the core has it, every one to come; null ends that.
   * Returns the rooms, as they are at any time.
   */
  [TAP](tap: ((socket: object) => void) | null): ReadonlyMap<string, RoomImpl> {
    this.#tap = tap;
    if (this.#socket) tap?.(this.#socket);
    return this.#rooms;
  }

  // What the rooms call.

  call<T>(act: (core: Core) => T): T | undefined {
    const instance = this.#instance;
    if (!this.#core || !instance || instance.isDead) return undefined;
    try {
      const result = act(this.#core);
      return instance.isDead ? undefined : result;
    } catch (error) {
      // Glue that stumbles over what a crashed instance returned.
      if (!instance.isDead) throw error;
      return undefined;
    }
  }

  floats(count: (core: Core) => number, place: (core: Core) => number): Float32Array {
    const copied = this.call((core) => {
      const length = count(core);
      // Made anew each time: a view is lost when the memory grows. The copy is the application's.
      return new Float32Array(this.#memory(), place(core), length).slice();
    });
    return copied ?? new Float32Array();
  }

  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.clock.soon(() => {
      this.#isScheduled = false;
      this.#poll();
      this.#eachRoom((room) => room.dispatch());
    });
  }

  scheduleFrame(): void {
    this.#frame.request();
  }

  // Entering and leaving.

  #lease(room: RoomImpl): Lease<Obj, AnyEvent> {
    room.leases += 1;
    let isGiven = false;
    const leave = () => {
      if (isGiven) return;
      isGiven = true;
      room.leases -= 1;
      // Later, so that a component that unmounts and mounts again keeps the room.
      this.clock.after(0, () => {
        if (room.leases === 0 && this.#rooms.get(room.id) === room) this.#leave(room);
      });
    };
    return { room, leave };
  }

  #leave(room: RoomImpl): void {
    this.#rooms.delete(room.id);
    this.call((core) => room.depart(core));
    room.depart(null);
    this.clock.soon(() => room.dispatch());
    if (this.#rooms.size === 0) this.#stop();
  }

  #start(): void {
    this.#unwatchPage ??= watchPage(this);
    if (this.#core) {
      this.#attach();
      return;
    }
    if (this.#status !== 'reconnecting') this.#status = 'connecting';
    if (this.#isStarting) return;
    this.#isStarting = true;
    this.#settings
      .getInstance()
      .then(
        (instance) => this.#useInstance(instance),
        (error: Error) => this.#end('unsupported', error.message),
      )
      .finally(() => {
        this.#isStarting = false;
      });
  }

  #useInstance(instance: Instance): void {
    if (this.#rooms.size === 0) return;
    const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
    this.#instance = instance;
    instance.onDeath.add(this.#crashed);
    const wake = () => this.schedule();
    const { cursorHz, token } = this.#settings;
    this.#core = new instance.Core(cursorHz, !!token, high, low, this.#connect, wake);
    this.#attach();
  }

  #attach(): void {
    this.#eachRoom((room) => {
      if (room.channel === null && !room.isOver) this.call((core) => room.attach(core));
    });
  }

  #stop(): void {
    this.call((core) => {
      core.close();
      core.free();
    });
    this.#instance?.onDeath.delete(this.#crashed);
    this.#core = this.#instance = this.#socket = null;
    this.#status = 'initial';
    this.#crashes = 0;
    this.#unwatchPage?.();
    this.#unwatchPage = undefined;
  }

  /** Every room is over, and no core is needed until one is entered anew. */
  #end(code: MoteErrorCode, why: string): void {
    this.#status = 'disconnected';
    this.#eachRoom((room) => room.end(code, why));
  }

  // The core.

  readonly #connect = (target?: string | true): unknown => {
    const { WebSocket } = this.#settings;
    let { url } = this.#settings;
    try {
      if (target === true) url += `${url.includes('?') ? '&' : '?'}proxy=1`;
      else if (target) url = validate.checkRedirect(target, url);
      const socket = new (WebSocket as WebSocketConstructor)(url, SUBPROTOCOL) as Socket;
      // A close event follows; and Node's `ws` throws errors that nobody listens to.
      socket.onerror = () => {};
      this.#socket = socket;
      this.#tap?.(socket);
      return socket;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const why = `no WebSocket to ${url} can be made: ${reason}`;
      this.#eachRoom((room) => room.fail('unreachable', 'automatic', why));
      throw error;
    }
  };

  #poll(): void {
    const length = this.call((core) => core.poll());
    const place = this.call((core) => core.records());
    if (!length || place === undefined) return;
    const byChannel = new Map([...this.#rooms.values()].map((room) => [room.channel, room]));
    for (const record of records(new Uint8Array(this.#memory(), place, length))) {
      if (record.channel === NO_CHANNEL) this.#apply(record);
      else {
        try {
          byChannel.get(record.channel)?.apply(record);
        } catch (error) {
          // JSON of a peer that is none, or is nested too deep: theirs alone to miss.
          if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
        }
      }
    }
  }

  #apply(record: Record): void {
    switch (record.kind) {
      case Kind.STATUS:
        this.#status = statusOf(record);
        this.#isReachTold ||= this.#status === 'connected';
        this.#eachRoom((room) => room.connection(this.#status));
        break;
      case Kind.CLOSED:
        if (RETRIES[record.number] !== 'normal' || record.small === 1009) {
          const why = `the connection was closed (${record.small}): ${text(record.body)}`;
          this.#eachRoom((room) => room.fail('closed', this.#retry(record), why, record.small));
        } else if (!this.#isReachTold) {
          this.#isReachTold = true;
          const why =
            `no Mote server answers at ${this.#settings.url}: is it running, ` +
            'and is the path right (usually /ws)?';
          this.#eachRoom((room) => room.fail('unreachable', 'automatic', why, record.small));
        }
        break;
      case Kind.ERROR:
        this.#eachRoom((room) => room.fail('rejected', 'none', text(record.body)));
        break;
    }
  }

  #retry({ number }: Record): MoteErrorRetry {
    const isOver = RETRIES[number] === 'stop' || (RETRIES[number] === 'new-token' && !this.#settings.token);
    return isOver ? 'never' : 'automatic';
  }

  readonly #crashed = (reason: string): void => {
    const socket = this.#socket;
    this.#core = this.#instance = this.#socket = null;
    if (socket) {
      // Its listeners lead into the dead instance.
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    this.#crashes += 1;
    if (this.#crashes > CRASHES_MAX) {
      this.#end(
        'crashed',
        `the core crashed again and again (${reason}): please report it`,
      );
      return;
    }
    this.#status = 'reconnecting';
    this.#eachRoom((room) => {
      room.fail(
        'crashed',
        'automatic',
        `the core crashed (${reason}), which is a bug in Mote: it is started anew`,
      );
      room.detach();
    });
    this.#start();
  };

  #memory(): ArrayBuffer {
    return (this.#instance as Instance).memory.buffer as ArrayBuffer;
  }

  #eachRoom(act: (room: RoomImpl) => void): void {
    for (const room of [...this.#rooms.values()]) act(room);
  }

  // The page.

  pageVisible(): void {
    this.reconnect();
  }

  pageOffline(): void {
    this.call((core) => core.setOffline());
  }

  pageHidden(): void {
    this.#eachRoom((room) => {
      this.call((core) => room.pageHidden(core));
      if (room.seat) keepResume(this.#settings.url, room.id, room.seat);
    });
  }

  pageShown(): void {
    this.#eachRoom((room) => {
      takeResume(this.#settings.url, room.id);
      this.call((core) => room.pageShown(core));
    });
    this.pageVisible();
  }
}

const NOT_A_PAGE =
  'enterRoom was called where there is no page (on the server?): enter rooms in an effect or an ' +
  'event handler, or give createClient a WebSocket, like the one of the package "ws"';
