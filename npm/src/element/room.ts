/** `<mote-room>`: enters a room for everything in it. */
import { type Client, createClient, type Lease, type Room, type TokenProvider } from '@mote/presence';
import { BaseElement } from './base.js';

type AnyObject = { [key: string]: never };

/** Clients by address, shared by all elements: rooms of one address use one connection. */
const clients = new Map<string, Client<AnyObject>>();
const clientsOf = new WeakMap<TokenProvider, Map<string, Client<AnyObject>>>();

/**
 * Enters the room named by its attributes while it is in the page:
 *
 * ```html
 * <mote-room url="/ws" room="board-7" name="Ada">
 *   <mote-avatars></mote-avatars>
 *   <mote-cursors></mote-cursors>
 * </mote-room>
 * ```
 *
 * Attributes: `url` and `room`; `name`, `color` and `observer` as `enterRoom` takes them. Another
 * value leaves the room and enters it anew. Properties: `room`, and `token` and `initialPresence`, to
 * be set by the page's own scripts, or in the task that puts the element there. It fires `mote-enter`
 * when it has entered a room, with the room as `detail`.
 */
export class MoteRoom extends BaseElement {
  static readonly observedAttributes = ['url', 'room', 'name', 'color', 'observer'];

  /** Brings a token for the room, as `createClient` takes it. */
  token: TokenProvider | undefined;
  /** Your presence to begin with. */
  initialPresence: object | undefined;

  readonly #watchers = new Set<(room: Room | null) => void>();
  #lease: Lease | null = null;
  /** The attributes that it was entered with. */
  #entered = '';
  #isScheduled = false;

  /** The room that is entered; null while there is none. */
  get room(): Room | null {
    return this.#lease?.room ?? null;
  }

  /** Calls `watcher` with the room now and whenever it is another; returns what ends that. */
  watch(watcher: (room: Room | null) => void): () => void {
    this.#watchers.add(watcher);
    watcher(this.room);
    return () => void this.#watchers.delete(watcher);
  }

  /** The browser calls it. */
  connectedCallback(): void {
    this.style.display ||= 'contents';
    this.#schedule();
  }

  /** The browser calls it. */
  disconnectedCallback(): void {
    this.#schedule();
  }

  /** The browser calls it. */
  attributeChangedCallback(): void {
    this.#schedule();
  }

  /** Once for everything that a task changes; what a page's scripts set while it loads, too. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const run = () => {
      this.#isScheduled = false;
      this.#settle();
    };
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', run);
    else setTimeout(run);
  }

  #settle(): void {
    const before = this.#lease;
    const wanted = this.isConnected ? JSON.stringify(this.#attributes()) : '';
    if (wanted === this.#entered) return;
    before?.leave();
    this.#entered = wanted;
    this.#lease = wanted ? this.#enter() : null;
    for (const watcher of [...this.#watchers]) watcher(this.room);
    if (this.room) this.dispatchEvent(new CustomEvent('mote-enter', { detail: this.room }));
  }

  #attributes() {
    const text = (name: string) => this.getAttribute(name) ?? undefined;
    const [url, room, name, color] = ['url', 'room', 'name', 'color'].map(text);
    return { url, room, name, color, observer: this.hasAttribute('observer') };
  }

  #enter(): Lease | null {
    const { url, room, name, color, observer } = this.#attributes();
    if (url === undefined || room === undefined) {
      console.error('<mote-room> needs the attributes url="…" and room="…"', this);
      return null;
    }
    const lease = this.#client(url).enterRoom(room, {
      ...(name === undefined ? {} : { name }),
      ...(color === undefined ? {} : { color }),
      observer,
      initialPresence: (this.initialPresence ?? {}) as AnyObject,
    });
    return lease as unknown as Lease;
  }

  #client(url: string): Client<AnyObject> {
    const { token } = this;
    let known = clients;
    if (token) {
      known = clientsOf.get(token) ?? new Map();
      clientsOf.set(token, known);
    }
    let client = known.get(url);
    if (!client) {
      client = createClient<AnyObject>({ url, ...(token ? { token } : {}) });
      known.set(url, client);
    }
    return client;
  }
}
