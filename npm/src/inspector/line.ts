/** A socket of the client, listened to and disturbed while the client keeps using it. */
import { type Faults, faultsOf } from './faults.js';
import { Lane } from './lane.js';

/** What the core touches of a socket. */
export interface Socket {
  readonly url?: string;
  readonly readyState: number;
  onopen: Listener | null;
  onmessage: Listener | null;
  onclose: Listener | null;
  send(bytes: Uint8Array): void;
  close(code?: number, reason?: string): void;
}

type Listener = (event: object) => void;
type ListenerName = (typeof LISTENERS)[number];

/** Who ended a line. */
export type Closer = 'client' | 'server' | 'inspector';

/** What a line tells, in the order in which the client sends and hears it. */
export interface Watcher {
  opened(line: Line): void;
  sent(line: Line, bytes: Uint8Array): void;
  received(line: Line, bytes: Uint8Array): void;
  /** Told once. */
  closed(line: Line, by: Closer, code: number, reason: string): void;
  /** Nothing of it moves any more. */
  ended(line: Line): void;
}

const LISTENERS = ['onopen', 'onmessage', 'onclose'] as const;
const CLOSING = 2;
/** The socket's word for a connection that broke. */
const BROKEN = 1006;
const NO_CODE = 1005;

/**
 * Puts properties of its own before those of the socket, so that the core, which holds the socket
 * itself, goes through here from now on; `release` takes them away again.
 */
export class Line {
  readonly url: string;
  readonly #socket: Socket;
  readonly #watcher: Watcher;
  readonly #send: Socket['send'];
  readonly #close: Socket['close'];
  readonly #out: Lane;
  readonly #in: Lane;
  /** The core's. */
  readonly #listeners: { [name in ListenerName]: Listener | null };
  #isClosedTold: boolean;
  #isOver = false;

  constructor(socket: Socket, faults: () => Faults, watcher: Watcher) {
    this.url = socket.url ?? '';
    this.#socket = socket;
    this.#watcher = watcher;
    this.#send = socket.send;
    this.#close = socket.close;
    this.#out = new Lane(() => faultsOf(faults(), 'out'), () => this.cut());
    this.#in = new Lane(() => faultsOf(faults(), 'in'), () => this.cut());
    this.#isClosedTold = socket.readyState >= CLOSING;
    const { onopen, onmessage, onclose } = socket;
    this.#listeners = { onopen, onmessage, onclose };
    for (const name of LISTENERS) this.#intercept(name);
    define(socket, 'send', { value: (bytes: Uint8Array) => this.#sendLater(bytes) });
    define(socket, 'close', { value: (code?: number) => this.#closeLater(code) });
  }

  /** Sends bytes of the inspector's own, as if they were the client's. */
  send(bytes: Uint8Array): void {
    this.#sendLater(bytes);
  }

  /** The faults are others than before. */
  faultsChanged(): void {
    this.#out.faultsChanged();
    this.#in.faultsChanged();
  }

  /** Breaks the line as a network does: the client hears 1006, what is on its way is lost. */
  cut(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#out.clear();
    this.#in.clear();
    this.#close.call(this.#socket);
    const event = { type: 'close', code: BROKEN, reason: '', wasClean: false };
    const { onclose } = this.#listeners;
    this.#tellClosed('inspector', BROKEN, '');
    onclose?.call(this.#socket, event);
    this.#watcher.ended(this);
  }

  /** Leaves the socket to the core alone; what was held back goes through. */
  release(): void {
    this.#out.flush();
    this.#in.flush();
    for (const name of ['send', 'close', ...LISTENERS]) Reflect.deleteProperty(this.#socket, name);
    if (!this.#isOver) Object.assign(this.#socket, this.#listeners);
  }

  #intercept(name: ListenerName): void {
    const hear = (event: object) => this.#hear(name, event);
    // The socket's own way to be listened to, before it is hidden.
    this.#socket[name] = hear;
    define(this.#socket, name, {
      get: () => hear,
      set: (listener: Listener | null) => {
        this.#listeners[name] = listener;
      },
    });
  }

  #hear(name: ListenerName, event: object): void {
    if (this.#isOver) return;
    const bytes = name === 'onmessage' ? bytesOf(event) : NONE;
    this.#in.push(bytes.length, () => {
      if (name === 'onopen') this.#watcher.opened(this);
      else if (name === 'onmessage') this.#watcher.received(this, bytes);
      else {
        const { code = NO_CODE, reason = '' } = event as { code?: number; reason?: string };
        this.#tellClosed('server', code, reason);
      }
      this.#listeners[name]?.call(this.#socket, event);
      if (name !== 'onclose') return;
      this.#isOver = true;
      this.#watcher.ended(this);
    });
  }

  #sendLater(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#watcher.sent(this, bytes);
    this.#out.push(bytes.length, () => this.#send.call(this.#socket, bytes));
  }

  #closeLater(code?: number): void {
    if (this.#isOver) return;
    this.#tellClosed('client', code ?? NO_CODE, '');
    this.#out.push(0, () => {
      try {
        this.#close.call(this.#socket, code);
      } catch {
        // A code that a page may not send.
        this.#close.call(this.#socket);
      }
    });
  }

  #tellClosed(by: Closer, code: number, reason: string): void {
    if (this.#isClosedTold) return;
    this.#isClosedTold = true;
    this.#watcher.closed(this, by, code, reason);
  }
}

const NONE = new Uint8Array();

function define(socket: Socket, name: string, how: PropertyDescriptor): void {
  Object.defineProperty(socket, name, { configurable: true, ...how });
}

/** A message's bytes; those of its text where it is one, which it should not be. */
function bytesOf(event: object): Uint8Array {
  const { data } = event as { data?: unknown };
  if (typeof data === 'string') return new TextEncoder().encode(data);
  return new Uint8Array(data as ArrayBuffer);
}
