/** A client: one core, its rooms, and what the core is polled for. */
import type { Clock } from './clock.js';
import { Command, type Core, NO_CORE } from './core.js';
import type { Shown } from './cursors.js';
import { FrameLoop } from './frame.js';
import { keepResume, takeResume } from './handover.js';
import { watchPage } from './lifecycle.js';
import { CRASHES_MAX, ROOMS_MAX } from './limits.js';
import type { Hooks, Instance } from './load.js';
import { patched } from './presence.js';
import { Kind, NO_CHANNEL, type Record, records, Retry, statusOf, text } from './records.js';
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
  /** Gets a new core, and where it writes. */
  getInstance: (hooks: Hooks) => Promise<Instance>;
  clock: Clock;
  token: TokenProvider | undefined;
}

/** A socket as far as it is touched here; the core sends and closes. */
type Socket = {
  binaryType: string;
  onopen: () => void;
  onmessage: (event: { data: string | ArrayBuffer }) => void;
  onclose: (event: { code: number; reason?: string }) => void;
  onerror: () => void;
  close(): void;
};

const SUBPROTOCOL = 'mote.v1';

/** The close code of a socket whose page, or whose server, goes away. */
const GOES_AWAY = 1001;

export class ClientImpl implements Client<Obj, AnyEvent>, Host {
  readonly lostConnectionMs: number;
  readonly clock: Clock;
  readonly #settings: Settings;
  readonly #rooms = new Map<string, RoomImpl>();
  readonly #frame: FrameLoop;
  core: Core = NO_CORE;
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
    this.core(Command.RECONNECT);
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

  cursors(command: Command, channel: number): Shown {
    const place = this.core(command, channel);
    if (place <= 0) return { cursors: new Float32Array(), isMoving: false };
    // Made anew each time: a view is lost when the memory grows. The copy is the application's.
    const floats = new Float32Array(this.#memory(), place);
    const [count = 0] = floats;
    return { cursors: floats.slice(1, 1 + Math.abs(count)), isMoving: count < 0 };
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
    room.depart();
    this.clock.soon(() => room.dispatch());
    if (this.#rooms.size === 0) this.#stop();
  }

  #start(): void {
    this.#unwatchPage ??= watchPage(this);
    if (this.#instance) {
      this.#attach();
      return;
    }
    if (this.#status !== 'reconnecting') this.#status = 'connecting';
    if (this.#isStarting) return;
    this.#isStarting = true;
    this.#settings
      .getInstance({
        connect: this.#connect,
        wake: () => this.schedule(),
        crashed: this.#crashed,
      })
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
    const [seed = 0n] = crypto.getRandomValues(new BigUint64Array(1));
    const { cursorHz, token } = this.#settings;
    instance.open(cursorHz, !!token, seed);
    this.#instance = instance;
    this.core = instance.core;
    this.#attach();
  }

  #attach(): void {
    this.#eachRoom((room) => {
      if (room.channel === null && !room.isOver) room.attach();
    });
  }

  #stop(): void {
    this.#drop();
    this.#status = 'initial';
    this.#crashes = 0;
    this.#unwatchPage?.();
    this.#unwatchPage = undefined;
  }

  /** Forgets the core. */
  #drop(): void {
    this.core = NO_CORE;
    this.#instance = this.#socket = null;
  }

  /** Every room is over, and no core is needed until one is entered anew. */
  #end(code: MoteErrorCode, why: string): void {
    this.#status = 'disconnected';
    this.#eachRoom((room) => room.end(code, why));
  }

  // The core.

  readonly #connect = (isProxied: boolean, redirect: string): unknown => {
    const { WebSocket } = this.#settings;
    let { url } = this.#settings;
    try {
      if (redirect) url = validate.checkRedirect(redirect, url);
      else if (isProxied) url += `${url.includes('?') ? '&' : '?'}proxy=1`;
      const socket = new (WebSocket as WebSocketConstructor)(url, SUBPROTOCOL) as Socket;
      socket.binaryType = 'arraybuffer';
      this.#socket = socket;
      this.#tap?.(socket);
      // What an old socket tells late reaches nobody.
      const tell: Core = (...command) => (this.#socket === socket ? this.core(...command) : 0);
      socket.onopen = () => tell(Command.OPENED);
      socket.onmessage = ({ data }) =>
        tell(Command.HEARD, 0, [typeof data === 'string' ? '' : new Uint8Array(data)]);
      socket.onclose = ({ code, reason }) => tell(Command.CLOSED, code, [reason || '']);
      // A close event follows; and Node's `ws` throws errors that nobody listens to.
      socket.onerror = () => {};
      return socket;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const why = `no WebSocket to ${url} can be made: ${reason}`;
      this.#eachRoom((room) => room.fail('unreachable', 'automatic', why));
      throw error;
    }
  };

  #poll(): void {
    const place = this.core(Command.POLL);
    if (!place) return;
    const byChannel = new Map([...this.#rooms.values()].map((room) => [room.channel, room]));
    for (const record of records(new Uint8Array(this.#memory(), place))) {
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
        if (record.number !== Retry.NORMAL || record.small === 1009) {
          const why = `the connection was closed (${record.small}): ${text(record.body)}`;
          this.#eachRoom((room) => room.fail('closed', this.#retry(record), why, record.small));
        } else if (!this.#isReachTold && record.small !== GOES_AWAY) {
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
    const isOver = number === Retry.STOP || (number === Retry.NEW_TOKEN && !this.#settings.token);
    return isOver ? 'never' : 'automatic';
  }

  readonly #crashed = (reason: string): void => {
    if (!this.#instance) return;
    this.#socket?.close();
    this.#drop();
    this.#crashes += 1;
    if (this.#crashes > CRASHES_MAX) {
      this.#end(
        'crashed',
        `the core crashed (${reason}), again and again: please report it`,
      );
      return;
    }
    this.#status = 'reconnecting';
    this.#eachRoom((room) => {
      room.fail(
        'crashed',
        'automatic',
        `the core crashed (${reason}), a bug in Mote: it starts anew`,
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

  pageOffline(): void {
    this.core(Command.OFFLINE);
  }

  pageHidden(): void {
    this.#eachRoom((room) => {
      room.pageHidden();
      if (room.seat) keepResume(this.#settings.url, room.id, room.seat);
    });
    // Some browsers keep no page with an open socket, and tell of the end when the page is shown.
    this.#socket?.close();
    this.#socket?.onclose({ code: GOES_AWAY });
  }

  pageShown(): void {
    this.#eachRoom((room) => {
      takeResume(this.#settings.url, room.id);
      room.pageShown();
    });
    this.reconnect();
  }
}

const NOT_A_PAGE =
  'enterRoom was called where there is no page (on the server?): enter rooms in an effect or event ' +
  'handler, or give createClient a WebSocket, like "ws"';
