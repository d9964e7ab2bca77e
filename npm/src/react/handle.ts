/** A room that can be handed out before it is entered. */
import type {
  Activity,
  Person,
  Position,
  RoomListeners,
  Self,
  Status,
  Surface,
  TrackOptions,
  User,
  Viewport,
} from '@mote/presence';
import type { AnyEvent, AnyObject, AnyRoom, RoomStore } from './store.js';

const NO_CURSORS = new Float32Array();
const NOBODY: readonly Person<AnyObject>[] = [];

/** Does on the store's room what is done on it. Reading does not enter it; anything else does. */
export class RoomHandle implements AnyRoom {
  readonly id: string;
  readonly #store: RoomStore;

  constructor(store: RoomStore) {
    this.id = store.id;
    this.#store = store;
  }

  getSelf(): Self<AnyObject> | null {
    return this.#store.self();
  }

  getOthers(): readonly User<AnyObject>[] {
    return this.#store.others();
  }

  getPeople(): readonly Person<AnyObject>[] {
    return this.#store.entered?.getPeople() ?? NOBODY;
  }

  getCursors(): Float32Array {
    return this.#store.entered?.getCursors() ?? NO_CURSORS;
  }

  animateCursors(): Float32Array {
    return this.#store.entered?.animateCursors() ?? NO_CURSORS;
  }

  getStatus(): Status {
    return this.#store.entered?.getStatus() ?? 'initial';
  }

  getCount(): number {
    return this.#store.count();
  }

  getPresence(): Readonly<AnyObject> {
    return this.#store.presence();
  }

  updateCursor(position: Position | null): void {
    this.#store.use().updateCursor(position);
  }

  trackCursor(surface: Surface, options?: TrackOptions): () => void {
    return this.#store.use().trackCursor(surface, options);
  }

  updatePresence(patch: Partial<AnyObject>): void {
    this.#store.use().updatePresence(patch);
  }

  broadcastEvent(event: AnyEvent): void {
    this.#store.use().broadcastEvent(event);
  }

  setActivity(activity: Activity): void {
    this.#store.use().setActivity(activity);
  }

  setSurface(id: string | null): void {
    this.#store.use().setSurface(id);
  }

  updateViewport(viewport: Viewport | null): void {
    this.#store.use().updateViewport(viewport);
  }

  setSelection(ids: readonly string[]): void {
    this.#store.use().setSelection(ids);
  }

  subscribe<K extends keyof RoomListeners>(
    name: K,
    listener: RoomListeners<AnyObject, AnyEvent>[K],
  ): () => void {
    return this.#store.use().subscribe(name, listener);
  }
}
