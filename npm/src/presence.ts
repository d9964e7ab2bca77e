/** The own presence object, and the merge patches that carry its changes. */
import { diff, isObject, type Obj, toJson, withoutNulls } from './json.js';
import { PATCH_BYTES_MAX, PRESENCE_BYTES_MAX } from './limits.js';
import { utf8 } from './utf8.js';

let encoder: { encode(text: string): Uint8Array } | undefined;

/** A string as UTF-8. */
export function encode(text: string): Uint8Array {
  return (encoder ??= new (utf8().TextEncoder)()).encode(text);
}

/** A string's length as UTF-8. */
export function byteLength(text: string): number {
  return encode(text).length;
}

/** The presence that `patch` makes of `before`: top-level keys replaced. Throws a `TypeError`. */
export function patched(before: Readonly<Obj>, patch: unknown, name: string): Readonly<Obj> {
  if (!isObject(patch)) {
    throw new TypeError(`${name} must be an object like { typing: true }, not ${describe(patch)}`);
  }
  const after = Object.freeze({ ...before, ...(toJson(patch, name) as Obj) });
  const bytes = byteLength(JSON.stringify(after));
  if (bytes > PRESENCE_BYTES_MAX) {
    throw new TypeError(
      `presence would be ${bytes} bytes as JSON, the limit is ${PRESENCE_BYTES_MAX}: keep in it ` +
        'what others must see now, and large things in your own storage',
    );
  }
  return after;
}

/** What of a presence travels: everything but nulls, which a merge patch cannot carry. */
export function travelling(presence: Readonly<Obj>): Obj {
  return withoutNulls(presence as Obj) as Obj;
}

/**
 * The merge patches, as JSON, that turn `before` into `after`, both as they travel: one, unless it
 * is too long for a message. Then what changed is removed first and set again in parts, so that no
 * state in between is larger than both ends.
 */
export function patches(before: Obj, after: Obj): string[] {
  const patch = diff(before, after);
  if (!patch) return [];
  const whole = JSON.stringify(patch);
  if (byteLength(whole) <= PATCH_BYTES_MAX) return [whole];
  const keys = Object.keys(patch);
  const removed = keys.filter((key) => Object.hasOwn(before, key)).map((key) => entry(key, null));
  const set = keys
    .filter((key) => Object.hasOwn(after, key))
    .map((key) => entry(key, after[key] as Obj));
  return [...pack(removed), ...pack(set)];
}

function entry(key: string, value: Obj | null): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}

/** Objects of as many entries as fit a patch. */
function pack(entries: string[]): string[] {
  const packed: string[] = [];
  let part: string[] = [];
  let bytes = 2;
  for (const text of entries) {
    const more = byteLength(text) + 1;
    if (bytes + more > PATCH_BYTES_MAX && part.length > 0) {
      packed.push(`{${part.join()}}`);
      part = [];
      bytes = 2;
    }
    part.push(text);
    bytes += more;
  }
  if (part.length > 0) packed.push(`{${part.join()}}`);
  return packed;
}

/** What a wrong value is, in a few words. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return `the string ${JSON.stringify(value.slice(0, 40))}`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'undefined') return 'undefined';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
