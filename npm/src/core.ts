/** What the wasm exports; the signatures of `client-wasm/src/api.rs`. */

/** A connection and its rooms. */
export interface Core {
  /** An empty name or resume value is none, and so is a negative colour. */
  enterRoom(
    room: string,
    name: string,
    color: number,
    resume: Uint8Array,
    observer: boolean,
  ): number | undefined;
  leaveRoom(channel: number): void;
  setToken(channel: number, token: string): void;
  updateCursor(channel: number, x: number, y: number): void;
  setField(channel: number, tag: number, body: Uint8Array): boolean;
  updateCustom(channel: number, patch: string, whole: string): boolean;
  broadcastEvent(channel: number, name: string, payload: Uint8Array): boolean;
  reconnectNow(): void;
  setOffline(): void;
  close(): void;
  poll(): number;
  records(): number;
  collectCursors(channel: number): number;
  animateCursors(channel: number): number;
  cursors(): number;
  free(): void;
}

/** The glue of one wasm instance, as wasm-bindgen makes it. */
export interface Glue {
  default(module: WebAssembly.Module): Promise<{ memory: WebAssembly.Memory }>;
  version(): string;
  Core: new (
    cursorHz: number,
    hasTokens: boolean,
    seedHigh: number,
    seedLow: number,
    /** Given the address of a Redirect, or `true`: ask not to be redirected. */
    connect: (target?: string | true) => unknown,
    wake: () => void,
  ) => Core;
}

/** Tags of a person's state: `protocol/src/wire/state.rs`. */
export enum Tag {
  SELECTION = 2,
  VIEWPORT = 3,
  ACTIVITY = 4,
  CURSOR_HIDDEN = 6,
  SURFACE = 7,
}
