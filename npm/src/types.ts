/** Everything that the package's users can name. Types only. */
import type { MoteError } from './error.js';

declare global {
  /**
   * Describe your application's presence and events once, and every call is typed by it:
   *
   * ```ts
   * declare global {
   *   interface Mote {
   *     Presence: { typing: boolean };
   *     RoomEvent: { type: 'reaction'; emoji: string };
   *   }
   * }
   * ```
   */
  interface Mote {}
}

/** A value that JSON can hold. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A presence object: plain JSON. */
export type JsonObject = { readonly [key: string]: Json | undefined };

/** Your `Mote['Presence']`, or any JSON object. */
export type DefaultPresence = Mote extends { Presence: infer P extends object } ? P : JsonObject;

/** Your `Mote['RoomEvent']`, or any JSON object with a `type`. */
export type DefaultRoomEvent = Mote extends { RoomEvent: infer E extends { type: string } }
  ? E
  : { type: string } & JsonObject;

/** A position: fractions of the surface, 0 at its left or top edge, 1 at the other. */
export interface Position {
  /** 0 to 1, from the left edge. */
  readonly x: number;
  /** 0 to 1, from the top edge. */
  readonly y: number;
}

/**
 * Where a room or the connection stands: `initial` (nothing asked yet), `connecting` (for the first
 * time), `connected`, `reconnecting` (the line was lost; the others stay as they were), or
 * `disconnected` (for good: an `error` event said why).
 */
export type Status = 'initial' | 'connecting' | 'connected' | 'reconnecting' | 'disconnected';

/** Whether somebody is at it. */
export type Activity = 'active' | 'idle' | 'away';

/** Somebody in a room. The object is replaced when something of it changes, except the cursor. */
export interface User<P extends object = DefaultPresence> {
  /** This person's number in this room, stable while they stay, reconnects included. */
  readonly connectionId: number;
  /** The name to show, 1 to 32 characters. */
  readonly name: string;
  /** The colour to show, `#rrggbb`. */
  readonly color: string;
  /** The account that a token proved; absent for anonymous people. */
  readonly account?: string;
  /** What this person told with `updatePresence`. Keys that they did not set are `undefined`. */
  readonly presence: Readonly<Partial<P>>;
  /**
   * The last position, or null while there is none or it is hidden. Reads the newest one at any
   * time; moves do not replace the user or the others: subscribe to `cursors` for them.
   */
  readonly cursor: Position | null;
  /** The id of what the cursor's fractions are of; null for the room's own surface. */
  readonly surface: string | null;
  /** Whether this person is at it. */
  readonly activity: Activity;
  /** The ids of what this person has selected. */
  readonly selection: readonly string[];
}

/** Yourself: the same, with your whole presence. */
export interface Self<P extends object = DefaultPresence> extends User<P> {
  readonly presence: Readonly<P>;
}

/** What changed among the others since the last call. */
export interface OthersChange<P extends object = DefaultPresence> {
  readonly joined: readonly User<P>[];
  readonly left: readonly User<P>[];
  readonly updated: readonly User<P>[];
  /** Whether these are the people who were there when you joined. */
  readonly isInitial: boolean;
}

/** An event that somebody else broadcast, or your own backend. */
export interface RoomEventMessage<P extends object, E> {
  readonly event: E;
  /** Who sent it; -1 for your backend. */
  readonly connectionId: number;
  /** Who sent it, as they were when it arrived; null for your backend. */
  readonly user: User<P> | null;
}

/**
 * What went wrong: `unreachable` (no server answers), `closed` (the server closed the connection for
 * a reason), `token` (none, or the provider failed), `refused` (the room cannot be joined), `kicked`,
 * `redirected` (servers send the room in circles), `dropped` (events that could not be sent in time),
 * `rejected` (the server or the SDK refused one message), `unsupported` (WebAssembly cannot run
 * here), `crashed` (a bug in Mote).
 */
export type MoteErrorCode =
  | 'unreachable'
  | 'closed'
  | 'token'
  | 'refused'
  | 'kicked'
  | 'redirected'
  | 'dropped'
  | 'rejected'
  | 'unsupported'
  | 'crashed';

/**
 * What happens next: `automatic` (it is tried again by itself), `never` (the room is over until it is
 * entered anew), `none` (the room goes on without what was lost).
 */
export type MoteErrorRetry = 'automatic' | 'never' | 'none';

/** One person, who may have the room open more than once: in two tabs, on two devices. */
export interface Person<P extends object = DefaultPresence> {
  /** `account:` and the account that a token proved, else `connection:` and the connectionId. */
  readonly id: string;
  /** Every connection of theirs, your own first; at least one. */
  readonly connections: readonly User<P>[];
  /** The most active of them: whom to show. */
  readonly user: User<P>;
  /** `active` when any connection is; `away` when all are. */
  readonly activity: Activity;
  /** Whether you are this person. */
  readonly isSelf: boolean;
}

/**
 * Brings a token for a room: called when it is entered, again before every reconnect, and halfway to
 * the end of a JWT, whose place the next one takes without a reconnect. Null ends the room (signed out). An
 * exception, a rejected promise or 30 s without an answer are told as an
 * `error`, and it is called again.
 */
export type TokenProvider = (room: string) => string | null | Promise<string | null>;

/** `lost`: still no connection after the time-out. Then `restored`, or `failed` for good. */
export type LostConnection = 'lost' | 'restored' | 'failed';

/** What a room tells, and with what. */
export interface RoomListeners<P extends object = DefaultPresence, E = DefaultRoomEvent> {
  /** The room's status changed. */
  status: (status: Status) => void;
  /** You changed: joined, your presence, your activity. */
  self: (self: Self<P> | null) => void;
  /** Your presence changed, joined or not; told within the call that changed it. */
  'my-presence': (presence: Readonly<P>) => void;
  /** The others changed; at most once for everything that arrived together. */
  others: (others: readonly User<P>[], change: OthersChange<P>) => void;
  /**
   * Cursors moved, at most once an animation frame: every shown cursor of the others as three
   * numbers, `connectionId, x, y`. The array is not changed afterwards.
   */
  cursors: (cursors: Float32Array) => void;
  /** Somebody broadcast an event. */
  event: (message: RoomEventMessage<P, E>) => void;
  /** The number of people in the room changed, yourself included. */
  count: (count: number) => void;
  /** Something went wrong. Without a listener it is written to the console. */
  error: (error: MoteError) => void;
  /** For a message to your user: the connection takes long, at first or to come back. */
  'lost-connection': (event: LostConnection) => void;
}

/**
 * What positions are fractions of: an element, the window, the document, or a box in the window. Of
 * an element that scrolls (`overflow: auto` or `scroll`) it is the whole content, as of the
 * document; of another one the border box. Scaled, rotated and skewed elements are followed.
 */
export type Surface = 'viewport' | 'document' | Element | Box;

/**
 * Where a surface stands in the window: the fractions `x`, `y` are the pixel `a·x + c·y + e` from the
 * left and `b·x + d·y + f` from the top. Named as in `DOMMatrix` and canvas' `setTransform`.
 */
export interface SurfaceMatrix {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** What `trackCursor` does besides. */
export interface TrackOptions {
  /**
   * The nearest element around the pointer with a `data-mote-anchor="<id>"`, inside the surface, is
   * the cursor's surface, and the position a fraction of its box: where text wraps differently, the
   * others still see the cursor at the same word. Without such an element it is the surface itself.
   */
  anchors?: boolean;
}

/** A box in CSS pixels, relative to the visible window, like `getBoundingClientRect` returns. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A part of a surface, in fractions of it: 0 at its left or top edge, 1 at the other. */
export interface Viewport {
  /** Its left edge. */
  readonly x: number;
  /** Its top edge. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A room that you entered. */
export interface Room<P extends object = DefaultPresence, E = DefaultRoomEvent> {
  /** The id given to `enterRoom`. */
  readonly id: string;

  /**
   * Shows your cursor at fractions of the surface (0 to 1; outside is clamped), or hides it with
   * null. Call it as often as you like: the newest position is sent at most `cursorRate` times a
   * second. Throws a `TypeError` for a coordinate that is not a finite number.
   */
  updateCursor(position: Position | null): void;

  /**
   * Wires `updateCursor` to the pointer: positions on `surface`, hidden when the pointer or the
   * focus leaves. Returns a function that stops it, as leaving the room does. With an element,
   * name it with `setSurface`, or let `anchors` call that: the ids have 1 to 64 bytes, others are
   * ignored with a warning.
   */
  trackCursor(surface: Surface, options?: TrackOptions): () => void;

  /**
   * Replaces the given top-level keys of your presence; `undefined` values are skipped. Throws a
   * `TypeError` for what JSON cannot hold and for more than 15 KiB of it.
   *
   * Changes of the same 50 ms travel together. A `null` inside a nested object does not travel (a
   * merge patch cannot carry it): the others see no such key. A top-level key that is `null` in
   * *their* `initialPresence` reads as `null` where you have none.
   */
  updatePresence(patch: Partial<P>): void;

  /** Your presence as it stands; the same object until it changes. */
  getPresence(): Readonly<P>;

  /**
   * Sends an event to the others in the room, in order with your presence. Nothing stores it: who
   * comes later does not get it. The type has 1 to 64 bytes, the rest at most 16 KiB as JSON.
   */
  broadcastEvent(event: E): void;

  /** Says whether you are at it. `active` until you say otherwise. */
  setActivity(activity: Activity): void;

  /**
   * Names what your cursor's fractions are of, an element or an anchor that all of you know, at
   * most 64 bytes; null for the room's own surface. Clears your cursor until the next
   * `updateCursor`.
   */
  setSurface(id: string | null): void;

  /**
   * Says which part of the surface you see, in fractions of it, which is worth it in large rooms:
   * there, the cursors in it come at the full rate, the others when there is time for them. Without
   * one, or with null, those around your own cursor do. Call it as often as you like, on scrolling
   * and zooming: the newest is sent at most four times a second, and again after a reconnect. Throws
   * a `TypeError` for a number that is not finite or a size under 0; what is outside the surface is
   * cut off.
   */
  updateViewport(viewport: Viewport | null): void;

  /** Names what you have selected; the ids take at most 512 bytes together. */
  setSelection(ids: readonly string[]): void;

  /** Yourself, or null until the room is joined, and for observers. */
  getSelf(): Self<P> | null;

  /** The others; the same array until somebody joins, leaves or changes (cursors aside). */
  getOthers(): readonly User<P>[];

  /**
   * Everybody in the room, you first, and each once however often they have it open: connections with
   * the same account are one person. The same array until somebody joins, leaves or changes.
   */
  getPeople(): readonly Person<P>[];

  /** The newest cursors as `connectionId, x, y` triples; the same array until one moves. */
  getCursors(): Float32Array;

  /**
   * The cursors where they are to be drawn in this animation frame, as `getCursors` has them: each
   * glides along a smooth curve through the positions that came, behind them by as much as they
   * come unevenly (some 40 ms at 60 Hz, never over 250). Who was hidden, changes the surface or
   * just came appears in place. Call it once a frame, for as long as it returns another array than
   * before: the same one says that all are at rest until `cursors` is told again.
   */
  animateCursors(): Float32Array;

  /** Where the room stands. */
  getStatus(): Status;

  /** People in the room, yourself included; 0 until it is joined. */
  getCount(): number;

  /** Calls `listener` from now on; returns a function that ends it. */
  subscribe<K extends keyof RoomListeners>(name: K, listener: RoomListeners<P, E>[K]): () => void;
}

/** How to enter a room. */
export type EnterOptions<P extends object = DefaultPresence> = {
  /** The name to show, 1 to 32 characters. Without one the server gives an anonymous name. */
  name?: string;
  /** The colour to show, `#rrggbb`. Without one the server gives one. */
  color?: string;
  /** Receive everything, be neither listed nor counted. */
  observer?: boolean;
} & ({} extends P
  ? { /** Your presence to begin with. */ initialPresence?: P }
  : { /** Your presence to begin with. */ initialPresence: P });

/** A room and the way out of it. */
export interface Lease<P extends object = DefaultPresence, E = DefaultRoomEvent> {
  readonly room: Room<P, E>;
  /**
   * Gives this entering back; calling it again does nothing. The room is left when the last one is
   * given back, a moment later: entering again in between keeps it.
   */
  readonly leave: () => void;
}

/** A connection to one server and the rooms entered on it. */
export interface Client<P extends object = DefaultPresence, E = DefaultRoomEvent> {
  /**
   * Enters a room, 1 to 128 bytes of id, and connects if need be. Returns at once; what you do with
   * the room before it is joined is sent when it is. Entering a room again returns the same room
   * and ignores the options, unless it was given back. At most 16 rooms.
   */
  enterRoom(
    id: string,
    ...options: {} extends P ? [options?: EnterOptions<P>] : [options: EnterOptions<P>]
  ): Lease<P, E>;
  /** A room that is entered, or null. */
  getRoom(id: string): Room<P, E> | null;
  /** Where the connection stands; `initial` while no room is entered. */
  getStatus(): Status;
  /**
   * Tries now instead of after the back-off (for a "try again" button), or makes sure of a line
   * that seems to be there. Done by itself when the page is focused, shown or online again.
   */
  reconnect(): void;
  /** Leaves every room and closes the connection. Rooms can be entered again afterwards. */
  close(): void;
}

/** A constructor of WebSockets: the browser's, or the one of Node's `ws` package. */
export type WebSocketConstructor = new (url: string, protocols?: string | string[]) => unknown;

/** How to connect. */
export interface ClientOptions {
  /** The server's address, for example `wss://presence.example.com/ws`. `https:` works as well, and
   * in a page an address relative to it, such as `/ws`. */
  url: string;
  /** Cursors sent a second and room, 1 to 120 Hz; 60 by default. The server may ask for fewer. */
  cursorRate?: number;
  /**
   * The class to connect with; `globalThis.WebSocket` by default. Needed where there is no page.
   */
  WebSocket?: WebSocketConstructor;
  /** Brings a token for each room, where the server asks for one. At most 8 KiB. */
  token?: TokenProvider;
  /** After how long without a connection `lost-connection` is told, in ms; 5,000 by default. */
  lostConnectionTimeout?: number;
}
