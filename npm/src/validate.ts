/**
 * What the application gives, checked before anything is sent: each error says what would be right.
 */
import { toJson, isObject, type Obj } from './json.js';
import * as limits from './limits.js';
import { must, mustFit } from './must.js';
import { byteLength, encode } from './presence.js';
import { ACTIVITIES } from './records.js';
import type { Activity, Position, Viewport } from './types.js';

/** A WebSocket address from what `createClient` was given. */
export function checkUrl(url: unknown): string {
  try {
    if (isRelative(url) || /^(ws|http)s?:\/\//i.test(url as string)) {
      const parsed = new URL(url as string, globalThis.location?.href);
      parsed.protocol = parsed.protocol.replace('http', 'ws');
      parsed.hash = '';
      if (/^wss?:$/.test(parsed.protocol)) return parsed.href;
    }
  } catch {
    // No address, or a relative one without a page.
  }
  must(false, 'url must be like "wss://example.com/ws", or in a page "/ws"', url);
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

/** A number within a range. */
export function checkNumber(value: number, name: string, min: number, max: number): number {
  const isRight = typeof value === 'number' && value >= min && value <= max;
  must(isRight, `${name} must be a number from ${min} to ${max}`, value);
  return value;
}

export function checkFunction(value: unknown, name: string): void {
  must(typeof value === 'function', `${name} must be a function or class`, value);
}

export function checkRoomId(id: unknown): string {
  return text(id, 'the room id', limits.ROOM_BYTES_MAX);
}

export function checkName(name: unknown): string | undefined {
  if (name === undefined) return undefined;
  return text(name, 'name', limits.NAME_CHARS_MAX, 'characters', (text) => [...text].length);
}

/** A colour as a number, 0xrrggbb. */
export function checkColor(color: unknown): number | undefined {
  if (color === undefined) return undefined;
  const isRight = typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color);
  must(isRight, 'color must be like "#e11d48"', color);
  return Number.parseInt(color.slice(1), 16);
}

/** An object of options, or anything that is told in one. */
export function checkObject<T>(value: T, name: string, example: string): T & Obj {
  must(isObject(value), `${name} must be like ${example}`, value);
  return value;
}

let isPixelsTold = false;

/** A position, clamped as the core does. One far outside is taken for pixels, unless tracked. */
export function checkPosition(position: unknown, isTracked = false): Position | null {
  if (position === null) return null;
  const { x, y } = checkObject(position, 'the position', '{ x: 0.5, y: 0.5 } or null');
  const clamped = (name: string, value: unknown) => {
    must(Number.isFinite(value), `${name} must be a fraction of the surface, 0 to 1`, value);
    const number = value as number;
    if (!isTracked && !isPixelsTold && (number < -1 || number > 2)) {
      isPixelsTold = true;
      console.warn(
        'the position must be fractions of the surface, 0 to 1, not pixels: see toFraction',
      );
    }
    return Math.min(Math.max(number, 0), 1);
  };
  return { x: clamped('x', x), y: clamped('y', y) };
}

/** A viewport as the wire has it: clamped, and rounded so that nothing of it is left out. */
export function checkViewport(viewport: unknown): Uint8Array {
  if (viewport === null) return new Uint8Array();
  const { x, y, width, height } = Object(viewport) as Viewport;
  const edges = [x, y, x + width, y + height];
  must(
    edges.every(Number.isFinite) && width >= 0 && height >= 0,
    'the viewport must be { x, y, width, height } in fractions of the surface, or null',
    `${x}, ${y}, ${width}, ${height}`,
  );
  const [left, top, right, bottom] = edges.map((edge, i) => {
    const round = i < 2 ? Math.floor : Math.ceil;
    return round(Math.min(Math.max(edge, 0), 1) * 65_535);
  }) as [number, number, number, number];
  const body = [left, top, right - left, bottom - top];
  return Uint8Array.from(body.flatMap((side) => [side >> 8, side]));
}

export function checkActivity(activity: Activity): void {
  must(ACTIVITIES.includes(activity), `activity must be one of ${ACTIVITIES.join(', ')}`, activity);
}

export function checkSurface(id: unknown): string | null {
  return id === null ? null : text(id, 'the surface id', limits.SURFACE_BYTES_MAX);
}

export function checkSelection(ids: unknown): readonly string[] {
  const isRight = Array.isArray(ids) && ids.every((id) => typeof id === 'string');
  must(isRight, 'the selection must be an array of strings', ids);
  const bytes = ids.reduce((sum: number, id: string) => sum + byteLength(id) + 2, 0);
  mustFit('the selection', bytes, limits.SELECTION_BYTES_MAX);
  return Object.freeze([...ids]) as readonly string[];
}

/** An event as its name and its payload on the wire. */
export function checkEvent(event: unknown): { name: string; payload: Uint8Array } {
  const { type, ...rest } = toJson(checkObject(event, 'the event', '{ type: "wave" }'), 'event') as Obj;
  const name = text(type, "the event's type", limits.EVENT_TYPE_BYTES_MAX);
  const hasMore = Object.keys(rest).length > 0;
  const payload = encode(hasMore ? JSON.stringify(rest) : '');
  mustFit('the event', payload.length, limits.EVENT_BYTES_MAX);
  return { name, payload };
}

/** A token from its provider; null says that there is none. */
export function checkToken(token: unknown): string | null {
  return token === null ? null : text(token, 'a token, if not null,', limits.TOKEN_BYTES_MAX);
}

function text(
  value: unknown,
  name: string,
  max: number,
  unit = 'bytes',
  sizeOf = byteLength,
): string {
  const size = typeof value === 'string' && sizeOf(value);
  must(
    size && size <= max,
    `${name} must be a string of 1 to ${max} ${unit}`,
    size === false ? value : size,
  );
  return value as string;
}
