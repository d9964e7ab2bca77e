/**
 * What the application gives, checked before anything is sent: each error says what would be right.
 */
import { toJson, isObject, type Obj } from './json.js';
import * as limits from './limits.js';
import { byteLength, describe, encode } from './presence.js';
import type { Activity, Position, TrackOptions, Viewport } from './types.js';

/** A WebSocket address from what `createClient` was given. */
export function checkUrl(url: unknown): string {
  try {
    if (isRelative(url) || /^(ws|http)s?:\/\//i.test(url as string)) {
      const parsed = new URL(url as string, globalThis.location?.href);
      parsed.protocol = parsed.protocol.replace(/^http/, 'ws');
      parsed.hash = '';
      if (/^wss?:$/.test(parsed.protocol)) return parsed.href;
    }
  } catch {
    // No address, or a relative one without a page.
  }
  throw new TypeError(
    'url must be the server\'s address, like "wss://presence.example.com/ws" or ' +
      `"ws://localhost:3001/ws", or in a page "/ws", not ${describe(url)}`,
  );
}

/** Where the server sends a room: a whole address, and no less safe than the server's own. */
export function checkRedirect(target: string, own: string): string {
  const url = isRelative(target) ? '' : checkUrl(target);
  if (url.startsWith('wss:') || (url && own.startsWith('ws:'))) return url;
  throw new TypeError(`a redirect to ${target} is not safe`);
}

/** Whether an address is relative to the page: it says so by its beginning. */
export function isRelative(url: unknown): boolean {
  return typeof url === 'string' && /^\.{0,2}\//.test(url);
}

/** A number within a range, or its default. */
export function checkNumber(
  value: unknown,
  name: string,
  unit: string,
  min: number,
  max: number,
  otherwise: number,
): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw new TypeError(
    `${name} must be a number from ${min} to ${max} ${unit}, not ${describe(value)}`,
  );
}

export function checkRoomId(id: unknown): string {
  return text(id, 'the room id', 1, limits.ROOM_BYTES_MAX);
}

export function checkName(name: unknown): string | undefined {
  if (name === undefined) return undefined;
  if (typeof name !== 'string') throw new TypeError(`name must be a string, not ${describe(name)}`);
  const characters = [...name].length;
  if (characters >= 1 && characters <= limits.NAME_CHARS_MAX) return name;
  throw new TypeError(
    `name has ${characters} characters; it must have 1 to ${limits.NAME_CHARS_MAX}, ` +
      'or be left out for an anonymous one',
  );
}

/** A colour as a number, 0xrrggbb. */
export function checkColor(color: unknown): number | undefined {
  if (color === undefined) return undefined;
  if (typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color)) {
    return Number.parseInt(color.slice(1), 16);
  }
  throw new TypeError(`color must be written "#rrggbb", like "#e11d48", not ${describe(color)}`);
}

let isPixelsTold = false;

/** A position, clamped as the core does. One far outside is taken for pixels, unless tracked. */
export function checkPosition(position: unknown, isTracked = false): Position | null {
  if (position === null) return null;
  const wanted = 'updateCursor takes { x, y }, fractions of the surface from 0 to 1, or null';
  if (!isObject(position)) throw new TypeError(`${wanted}; it was given ${describe(position)}`);
  const { x, y } = position;
  const clamped = (name: string, value: unknown) => {
    if (!Number.isFinite(value)) throw new TypeError(`${wanted}; ${name} is ${describe(value)}`);
    const number = value as number;
    if (!isTracked && !isPixelsTold && (number < -1 || number > 2)) {
      isPixelsTold = true;
      console.warn(
        'updateCursor takes fractions of a surface (0 to 1), not pixels: ' +
          'see trackCursor and toFraction',
      );
    }
    return Math.min(Math.max(number, 0), 1);
  };
  return { x: clamped('x', x), y: clamped('y', y) };
}

export function checkTrackOptions(options: unknown): TrackOptions {
  if (isObject(options)) return options as TrackOptions;
  throw new TypeError(
    `trackCursor takes a surface and options like { anchors: true }, not ${describe(options)}`,
  );
}

/** A viewport as the wire has it: clamped, and rounded so that nothing of it is left out. */
export function checkViewport(viewport: unknown): Uint8Array {
  if (viewport === null) return new Uint8Array();
  const { x, y, width, height } = Object(viewport) as Viewport;
  const edges = [x, y, x + width, y + height];
  if (!edges.every(Number.isFinite) || width < 0 || height < 0) {
    throw new TypeError(
      'updateViewport takes { x, y, width, height }, fractions of the surface, or null; ' +
        `it was given ${x}, ${y}, ${width}, ${height}`,
    );
  }
  const [left, top, right, bottom] = edges.map((edge, i) => {
    const round = i < 2 ? Math.floor : Math.ceil;
    return round(Math.min(Math.max(edge, 0), 1) * 65_535);
  }) as [number, number, number, number];
  const body = [left, top, right - left, bottom - top];
  return Uint8Array.from(body.flatMap((side) => [side >> 8, side]));
}

const ACTIVITIES: readonly Activity[] = ['active', 'idle', 'away'];

/** An activity as its number on the wire. */
export function checkActivity(activity: unknown): number {
  const number = ACTIVITIES.indexOf(activity as Activity);
  if (number >= 0) return number;
  throw new TypeError(`activity must be "active", "idle" or "away", not ${describe(activity)}`);
}

export function checkSurface(id: unknown): string | null {
  return id === null ? null : text(id, 'the surface id', 1, limits.SURFACE_BYTES_MAX);
}

export function checkSelection(ids: unknown): readonly string[] {
  if (!Array.isArray(ids) || ids.some((id) => typeof id !== 'string')) {
    throw new TypeError(`setSelection takes an array of strings, not ${describe(ids)}`);
  }
  const bytes = ids.reduce((sum: number, id: string) => sum + byteLength(id) + 2, 0);
  if (bytes > limits.SELECTION_BYTES_MAX) {
    throw new TypeError(
      `the selection takes ${bytes} bytes, the limit is ${limits.SELECTION_BYTES_MAX}: ` +
        'put the id of what holds the selected things in it',
    );
  }
  return Object.freeze([...ids]) as readonly string[];
}

/** An event as its name and its payload on the wire. */
export function checkEvent(event: unknown): { name: string; payload: Uint8Array } {
  if (!isObject(event)) {
    throw new TypeError(
      `broadcastEvent takes an object with a type, like { type: 'wave' }, not ${describe(event)}`,
    );
  }
  const { type, ...rest } = toJson(event, 'event') as Obj;
  const name = text(type, "an event's type", 1, limits.EVENT_TYPE_BYTES_MAX);
  const hasMore = Object.keys(rest).length > 0;
  const payload = encode(hasMore ? JSON.stringify(rest) : '');
  if (payload.length > limits.EVENT_BYTES_MAX) {
    throw new TypeError(
      `the event is ${payload.length} bytes as JSON, the limit is ${limits.EVENT_BYTES_MAX}: ` +
        'send a reference to it instead',
    );
  }
  return { name, payload };
}

function text(value: unknown, name: string, min: number, max: number): string {
  if (typeof value !== 'string') {
    throw new TypeError(
      `${name} must be a string of ${min} to ${max} bytes, not ${describe(value)}`,
    );
  }
  const bytes = byteLength(value);
  if (bytes >= min && bytes <= max) return value;
  throw new TypeError(`${name} has ${bytes} bytes; it must have ${min} to ${max}`);
}
