/** Everything that is known of a client: written down while it talks, with or without a panel. */
import type { RoomImpl } from '../room.js';
import { TAP } from '../tap.js';
import type { Status } from '../types.js';
import { type Faults, NO_FAULTS } from './faults.js';
import { closeWords, History, STATUS_WORDS } from './history.js';
import { type Closer, Line, type Socket, type Watcher } from './line.js';
import { Log, typeOf } from './log.js';
import { Rates } from './rates.js';
import { Trips } from './trips.js';
import { WireError } from './wire/bytes.js';
import { type Direction, type Piece, pieces } from './wire/decode.js';

/** A client, as far as it is inspected. */
export interface Inspected {
  getStatus(): Status;
  reconnect(): void;
  [TAP](tap: ((socket: object) => void) | null): ReadonlyMap<string, RoomImpl>;
}

const CLOSED = 3;
const HEARTBEAT = Uint8Array.of(0x80);

export class Recorder implements Watcher {
  readonly log = new Log();
  readonly rates = new Rates();
  readonly trips = new Trips();
  readonly history = new History();
  /** The rooms as they are at any time. */
  readonly rooms: ReadonlyMap<string, RoomImpl>;
  /** How often the line was lost and came back. */
  reconnects = 0;
  status: Status;
  readonly #client: Inspected;
  readonly #changed: () => void;
  readonly #lines = new Set<Line>();
  /** The room of each channel, also when it was left a moment ago. */
  readonly #roomOf = new Map<number, string>();
  #line: Line | null = null;
  #openingMs = 0;
  #faults: Faults = { ...NO_FAULTS };
  /** What happened to a socket, until the client drew its conclusion. */
  #untold: { timeMs: number; why: string }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins at once; `changed` is called whenever there is something new, often. */
  constructor(client: Inspected, changed: () => void) {
    this.#client = client;
    this.#changed = changed;
    this.status = client.getStatus();
    this.history.add({ timeMs: Date.now(), status: this.status, why: 'the inspector begins' });
    this.rooms = client[TAP]((socket) => this.#attach(socket as Socket));
    for (const { channel, id } of this.rooms.values()) {
      if (channel !== null) this.#roomOf.set(channel, id);
    }
  }

  /** What is done to the line. */
  get faults(): Readonly<Faults> {
    return this.#faults;
  }

  setFaults(faults: Partial<Faults>): void {
    this.#faults = { ...this.#faults, ...faults };
    for (const line of this.#lines) line.faultsChanged();
    this.#changed();
  }

  /** Breaks the line as a network does. */
  cut(): void {
    this.#line?.cut();
  }

  /** Tries to connect now. */
  reconnect(): void {
    this.#client.reconnect();
  }

  /** Asks the server for a sign of life, to measure the round trip. */
  probe(): void {
    if (this.#client.getStatus() === 'connected') this.#line?.send(HEARTBEAT);
  }

  /** Looks whether the status changed; a client does not tell. */
  look(): void {
    const status = this.#client.getStatus();
    const isOther = status !== this.status;
    this.status = status;
    const untold = this.#untold.splice(0);
    for (const happened of untold) this.history.add({ status, ...happened });
    if (isOther && untold.length === 0) {
      this.history.add({ timeMs: Date.now(), status, why: STATUS_WORDS[status] });
    }
    if (isOther || untold.length > 0) this.#changed();
  }

  /** Lets go of the client. */
  stop(): void {
    this.#client[TAP](null);
    clearTimeout(this.#timer);
    for (const line of [...this.#lines]) line.release();
    this.#lines.clear();
    clearTimeout(this.#timer);
  }

  // What a line tells.

  opened(): void {
    if (this.#client.getStatus() === 'reconnecting') this.reconnects += 1;
    this.#happened(`the line is open, after ${Math.round(performance.now() - this.#openingMs)} ms`);
  }

  sent(_line: Line, bytes: Uint8Array): void {
    this.#write('client', bytes);
  }

  received(_line: Line, bytes: Uint8Array): void {
    this.#write('server', bytes);
  }

  closed(_line: Line, by: Closer, code: number, reason: string): void {
    this.#happened(closeWords(by, code, reason));
  }

  ended(line: Line): void {
    this.#lines.delete(line);
    if (this.#line === line) this.#line = null;
  }

  #attach(socket: Socket): void {
    if (socket.readyState === CLOSED) return;
    const line = new Line(socket, () => this.#faults, this);
    this.#lines.add(line);
    this.#line = line;
    this.trips.reset();
    if (socket.readyState > 0) return;
    this.#openingMs = performance.now();
    this.#happened(`opening ${line.url}`);
  }

  #write(from: Direction, bytes: Uint8Array): void {
    for (const piece of pieces(from, bytes)) {
      this.rates.add(`${from} ${typeOf(piece)}`, piece.bytes.length, performance.now());
      if (typeOf(piece) === 'Heartbeat') {
        if (from === 'client') this.trips.sent(performance.now());
        else this.trips.heard(performance.now());
      }
      this.log.add(from, piece, this.#room(piece), Date.now());
    }
    this.#changed();
  }

  #room({ said }: Piece): string {
    if (said instanceof WireError || said.channel === undefined) return '';
    if (said.type === 'Join') this.#roomOf.set(said.channel, String(said['room']));
    return this.#roomOf.get(said.channel) ?? '';
  }

  #happened(why: string): void {
    // What came of the event before is known by now.
    this.look();
    this.#untold.push({ timeMs: Date.now(), why });
    this.#lookSoon();
  }

  /** After the client's own microtasks. */
  #lookSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.look();
    });
  }
}
