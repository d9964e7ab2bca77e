/** What a room knows of a person. */
import { Tag } from '../core.js';
import { text } from '../records.js';
import type { Position } from '../types.js';

/** What a person said of themselves; replaced when something changes. */
export interface State {
  readonly activity: number;
  readonly isHidden: boolean;
  readonly surface: string;
  readonly selection: readonly string[];
  /** The custom presence as JSON, or nothing. */
  readonly custom: string;
}

export const INITIAL: State = {
  activity: 0,
  isHidden: false,
  surface: '',
  selection: [],
  custom: '',
};

/** A person's place in a room. */
export interface Seat {
  readonly id: number;
  name: string;
  color: number;
  state: State;
  cursor: Position | null;
}

/** Whether what is told as an update is the same. */
export function looksLike(a: State, b: State): boolean {
  return JSON.stringify({ ...a, custom: '' }) === JSON.stringify({ ...b, custom: '' });
}

/** What a field of the wire changes; nothing where others do not see it. */
export function fieldChange(tag: Tag, body: Uint8Array): Partial<State> {
  switch (tag) {
    case Tag.ACTIVITY:
      return { activity: body[0] ?? 0 };
    case Tag.CURSOR_HIDDEN:
      return { isHidden: body.length > 0 };
    case Tag.SURFACE:
      return { surface: texts(body, 0)[0] ?? '' };
    case Tag.SELECTION:
      return { selection: texts(body, varint(body, 0).end) };
    case Tag.VIEWPORT:
      return {};
  }
}

/** A position as the wire has it: 16 bits for each coordinate. */
export function rounded(x: number, y: number): Position {
  const onWire = (fraction: number) => Math.round(Math.min(Math.max(fraction, 0), 1) * 65_535);
  return { x: onWire(x) / 65_535, y: onWire(y) / 65_535 };
}

function texts(body: Uint8Array, from: number): string[] {
  const found: string[] = [];
  for (let at = from; at < body.length;) {
    const { value, end } = varint(body, at);
    at = end + value;
    found.push(text(body.subarray(end, at)));
  }
  return found;
}

/** Unsigned LEB128. */
function varint(body: Uint8Array, at: number): { value: number; end: number } {
  const byte = body[at] ?? 0;
  if (byte < 128) return { value: byte, end: at + 1 };
  const rest = varint(body, at + 1);
  return { value: (byte & 127) | (rest.value << 7), end: rest.end };
}
