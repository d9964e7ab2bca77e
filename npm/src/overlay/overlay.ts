/** The others' cursors over a page: read, measured and written once a frame while there is news. */
import type { OthersChange, Room, User } from '@mote/presence';
import { scrollTowards, watchScrolling } from './follow.js';
import { type CursorNode, Layer } from './layer.js';
import {
  CURSORS_MAX,
  FADE_MS,
  FADING_MAX,
  KEPT_MS,
  LABEL_CHARS_MAX,
  LINGER_MS,
  QUIET_FRAMES,
} from './limits.js';
import type { CursorOverlay, Settings } from './options.js';
import { watchLayout } from './page.js';
import { type Place, Places } from './places.js';
import { cut, Says } from './say.js';

/** A cursor that is drawn. */
interface Drawn {
  node: CursorNode;
  /** Fractions of its surface. */
  x: number;
  y: number;
  movedAt: number;
  /** The frame in which it last had a place. */
  frame: number;
  /** Since when it has none. */
  goneAt: number;
}

export class Overlay implements CursorOverlay {
  readonly #room: Room<object, { type: string }>;
  readonly #settings: Settings<object>;
  readonly #layer: Layer;
  readonly #places: Places;
  readonly #says: Says;
  readonly #users = new Map<number, User<object>>();
  readonly #drawn = new Map<number, Drawn>();
  /** Fading, and no longer anybody's. */
  readonly #fading: { node: CursorNode; at: number }[] = [];
  readonly #ends: (() => void)[];
  /** Whether the person wants little to move; pages of tests (jsdom) cannot be asked. */
  readonly #calm = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)');
  #isHidden: boolean;
  #isDestroyed = false;
  #frame = 0;
  #request = 0;
  #quiet = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #cursors: Float32Array = new Float32Array();
  #following: { connectionId: number; stop: () => void } | null = null;

  constructor(room: Room<object, { type: string }>, settings: Settings<object>) {
    this.#room = room;
    this.#settings = settings;
    const { surface, anchors, container, track } = settings;
    this.#ends = track ? [room.trackCursor(surface, { anchors })] : [];
    this.#isHidden = settings.isHidden;
    this.#layer = new Layer(container);
    this.#layer.setHidden(this.#isHidden);
    this.#places = new Places(surface, anchors);
    this.#says = new Says(room);
    for (const user of room.getOthers()) this.#users.set(user.connectionId, user);
    const look = () => this.#wake();
    const changed = () => {
      this.#places.forget();
      this.#wake();
    };
    const watched = [surface, this.#layer.host, document.documentElement, document.body];
    this.#ends.push(
      room.subscribe('cursors', look),
      room.subscribe('status', look),
      room.subscribe('others', (_, change) => this.#others(change)),
      this.#says.listen((connectionId) => this.#dress(connectionId)),
      watchLayout(watched.filter((one) => one instanceof Element), look, changed),
    );
    this.#calm?.addEventListener('change', look);
    this.#ends.push(() => this.#calm?.removeEventListener('change', look));
    this.#wake();
  }

  follow(connectionId: number | null): void {
    if (connectionId !== null && !Number.isInteger(connectionId)) {
      throw new TypeError(`follow takes a connectionId or null, not ${String(connectionId)}`);
    }
    this.#following?.stop();
    this.#following = null;
    if (connectionId === null || this.#isDestroyed) return;
    const stop = watchScrolling(() => this.#endFollowing());
    this.#following = { connectionId, stop };
    this.#wake();
  }

  setHidden(isHidden: boolean): void {
    if (this.#isDestroyed) return;
    this.#isHidden = isHidden;
    this.#layer.setHidden(isHidden);
    this.#wake();
  }

  say(text: string | null): void {
    if (!this.#isDestroyed) this.#says.say(text);
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#says.end();
    this.follow(null);
    this.#isDestroyed = true;
    for (const end of this.#ends) end();
    cancelAnimationFrame(this.#request);
    clearTimeout(this.#timer);
    this.#layer.host.remove();
  }

  /** Something may look otherwise from now on. */
  #wake(): void {
    this.#quiet = 0;
    if (this.#request !== 0 || this.#isDestroyed) return;
    const hasWork =
      this.#drawn.size + this.#fading.length > 0 ||
      this.#following !== null ||
      (!this.#isHidden && this.#room.getCursors().length > 0);
    if (hasWork) this.#request = requestAnimationFrame(this.#run);
  }

  readonly #run = (): void => {
    this.#frame += 1;
    this.#quiet += 1;
    if (this.#draw(performance.now())) this.#quiet = 0;
    this.#request = this.#quiet < QUIET_FRAMES ? requestAnimationFrame(this.#run) : 0;
    if (this.#request === 0) this.#sleep();
  };

  /** Reads, then measures, then writes. Whether anything is otherwise than in the last frame. */
  #draw(now: number): boolean {
    const cursors = this.#read();
    const hasMoved = cursors !== this.#cursors;
    this.#cursors = cursors;
    this.#places.newFrame();
    for (let at = 0; at < cursors.length; at += 3) {
      const user = this.#users.get(cursors[at] as number);
      if (user) this.#places.of(user.surface);
    }
    const corner = this.#layer.host.getBoundingClientRect();
    const isScrolled = this.#places.haveMoved();
    if (hasMoved || isScrolled) {
      for (let at = 0; at < cursors.length; at += 3) {
        const [id, x, y] = [cursors[at], cursors[at + 1], cursors[at + 2]];
        this.#place(id as number, x as number, y as number, now, corner);
      }
    }
    const isAging = this.#age(now, hasMoved || isScrolled);
    return this.#keepInView() || isAging || hasMoved || isScrolled;
  }

  #read(): Float32Array {
    if (this.#isHidden || this.#room.getStatus() === 'disconnected') return NONE;
    return this.#calm?.matches ? this.#room.getCursors() : this.#room.animateCursors();
  }

  #place(id: number, x: number, y: number, now: number, corner: DOMRect): void {
    const user = this.#users.get(id);
    const place = user && this.#places.of(user.surface);
    if (!place) return;
    let drawn = this.#drawn.get(id);
    if (!drawn) {
      if (this.#drawn.size >= CURSORS_MAX && !this.#makeRoom(now)) return;
      drawn = { node: this.#layer.take(), x, y, movedAt: now, frame: 0, goneAt: 0 };
      this.#drawn.set(id, drawn);
      this.#dress(id);
    }
    if (drawn.x !== x || drawn.y !== y) Object.assign(drawn, { x, y, movedAt: now });
    drawn.frame = this.#frame;
    drawn.goneAt = 0;
    drawn.node.mark('gone', false);
    const [left, top] = inWindow(place, x, y);
    const { clip } = place;
    drawn.node.clip(left < clip.left || left > clip.right || top < clip.top || top > clip.bottom);
    const { left: x0, top: y0, right, bottom } = corner;
    drawn.node.place(left - x0, top - y0, right - left, bottom - top);
  }

  /** The one that rested longest gives way. */
  #makeRoom(now: number): boolean {
    let oldest: [number, Drawn] | undefined;
    for (const one of this.#drawn) if (!oldest || one[1].movedAt < oldest[1].movedAt) oldest = one;
    if (!oldest || oldest[1].movedAt > now - KEPT_MS) return false;
    this.#remove(oldest[0], now);
    return true;
  }

  /** Fades who rests, and takes away who has no place any more. Whether somebody is on the way. */
  #age(now: number, arePlaced: boolean): boolean {
    let isChanging = false;
    for (const [id, drawn] of this.#drawn) {
      if (arePlaced ? drawn.frame !== this.#frame : drawn.goneAt !== 0) {
        drawn.goneAt ||= now;
        if (drawn.goneAt <= now - LINGER_MS || !this.#users.has(id)) this.#remove(id, now);
        isChanging = true;
      }
      drawn.node.mark('idle', drawn.movedAt <= now - this.#settings.idleAfter_ms);
      if (this.#says.endOf(id) <= now) {
        this.#says.forget(id);
        this.#dress(id);
      }
    }
    isChanging ||= this.#fading.length > 0;
    const faded = now - (this.#calm?.matches ? 0 : FADE_MS);
    while (this.#fading[0] && this.#fading[0].at <= faded) this.#giveFirst();
    return isChanging;
  }

  #remove(id: number, now: number): void {
    const drawn = this.#drawn.get(id);
    if (!drawn) return;
    this.#drawn.delete(id);
    drawn.node.mark('gone', true);
    this.#fading.push({ node: drawn.node, at: now });
    if (this.#fading.length > FADING_MAX) this.#giveFirst();
  }

  #giveFirst(): void {
    const first = this.#fading.shift();
    if (first) this.#layer.give(first.node);
  }

  /** Nothing moves: looks again when somebody is to fade. */
  #sleep(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    let next = Infinity;
    for (const [id, { movedAt }] of this.#drawn) {
      for (const at of [movedAt + this.#settings.idleAfter_ms, this.#says.endOf(id)]) {
        if (at > now) next = Math.min(next, at);
      }
    }
    if (next < Infinity) this.#timer = setTimeout(() => this.#wake(), next - now + 1);
  }

  #others({ joined, left, updated }: OthersChange<object>): void {
    for (const { connectionId } of left) {
      this.#users.delete(connectionId);
      this.#says.forget(connectionId);
    }
    for (const user of [...joined, ...updated]) {
      this.#users.set(user.connectionId, user);
      this.#dress(user.connectionId);
    }
    this.#cursors = NONE; // A name, a surface: looked at anew.
    this.#wake();
  }

  #dress(id: number): void {
    const [drawn, user] = [this.#drawn.get(id), this.#users.get(id)];
    if (!drawn || !user) return;
    const label = cut(String(this.#settings.label(user) ?? ''), LABEL_CHARS_MAX);
    drawn.node.dress(id, user.color, label, this.#says.of(id));
    this.#wake();
  }

  /** Whether the page is being scrolled. */
  #keepInView(): boolean {
    if (!this.#following) return false;
    const { connectionId } = this.#following;
    const user = this.#users.get(connectionId);
    if (!user) {
      this.#endFollowing();
      return false;
    }
    const at = this.#drawn.get(connectionId);
    const place = at && this.#places.of(user.surface);
    return !!place && scrollTowards(...inWindow(place, at.x, at.y), place, this.#calm?.matches === true);
  }

  #endFollowing(): void {
    if (!this.#following) return;
    const { connectionId, stop } = this.#following;
    stop();
    this.#following = null;
    this.#settings.onFollowEnd(connectionId);
  }
}

function inWindow({ matrix: { a, b, c, d, e, f } }: Place, x: number, y: number): [number, number] {
  return [e + a * x + c * y, f + b * x + d * y];
}

const NONE = new Float32Array();
