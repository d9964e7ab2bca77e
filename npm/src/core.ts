/**
 * A core: one wasm instance, hence one connection and its rooms. It is given commands; the other side,
 * with the table of what each takes and answers, is `client-wasm/src/commands.rs`; the two change
 * together.
 */
import { encode } from './presence.js';

/** A command's kind. */
export enum Command {
  OPENED = 0,
  HEARD = 1,
  CLOSED = 2,
  ENTER = 3,
  OBSERVE = 4,
  RECONNECT = 5,
  OFFLINE = 6,
  POLL = 7,
  LEAVE = 8,
  TOKEN = 9,
  CURSOR = 10,
  FIELD = 11,
  CUSTOM = 12,
  EVENT = 13,
  COLLECT_CURSORS = 14,
  ANIMATE_CURSORS = 15,
}

/**
 * Gives a command. `number` is a channel in most; `x` and `y` are how many bytes the first two of
 * `parts` have, unless they are given. The answer is negative when the core refuses, and 0 when there
 * is none or it crashed.
 */
export type Core = (
  command: Command,
  number?: number,
  parts?: readonly (string | Uint8Array)[],
  x?: number,
  y?: number,
) => number;

/** The same in a room, on its channel. */
export type RoomCore = (
  command: Command,
  parts?: readonly (string | Uint8Array)[],
  x?: number,
  y?: number,
) => number;

/** There is no core. */
export const NO_CORE: Core = () => 0;

/** What a wasm instance exports, besides what is its glue's. */
export interface Exports {
  memory: { readonly buffer: ArrayBuffer };
  open(cursorHz: number, hasTokens: boolean, seed: bigint): void;
  reserve(length: number): number;
  command(kind: number, number?: number, x?: number, y?: number): number;
}

/** The core that an instance is. */
export function makeCore({ memory, reserve, command }: Exports): Core {
  return (kind, number, parts, x, y) => {
    if (parts) {
      const all = parts.map((part) => (typeof part === 'string' ? encode(part) : part));
      let place = reserve(all.reduce((sum, { length }) => sum + length, 0));
      if (!place) return 0;
      for (const part of all) {
        new Uint8Array(memory.buffer, place).set(part);
        place += part.length;
      }
      x ??= all[0]?.length;
      y ??= all[1]?.length;
    }
    return command(kind, number, x, y);
  };
}

/** Tags of a person's state: `protocol/src/wire/state.rs`. */
export enum Tag {
  SELECTION = 2,
  VIEWPORT = 3,
  ACTIVITY = 4,
  CURSOR_HIDDEN = 6,
  SURFACE = 7,
}
