/** The own presence object, and the merge patches that carry its changes. */
import { diff, isObject, merge, type Obj, toJson } from './json.js';
import { PATCH_BYTES_MAX, PRESENCE_BYTES_MAX } from './limits.js';
import { must, mustFit } from './must.js';
import { encode } from './utf8.js';

export { encode };

/** A string's length as UTF-8. */
export function byteLength(text: string): number {
  return encode(text).length;
}

/** The presence that `patch` makes of `before`: top-level keys replaced. Throws a `TypeError`. */
export function patched(before: Readonly<Obj>, patch: unknown, name: string): Readonly<Obj> {
  must(isObject(patch), `${name} must be like { typing: true }`, patch);
  const after = Object.freeze({ ...before, ...(toJson(patch, name) as Obj) });
  mustFit('presence', byteLength(JSON.stringify(after)), PRESENCE_BYTES_MAX);
  return after;
}

/** What of a presence travels: everything but nulls, which a merge patch cannot carry. */
export function travelling(presence: Readonly<Obj>): Obj {
  return merge({}, presence) as Obj;
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
  const packed: string[][] = [];
  let part: string[] = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const more = byteLength(entry) + 1;
    if (bytes + more > PATCH_BYTES_MAX) {
      packed.push((part = []));
      bytes = 1;
    }
    part.push(entry);
    bytes += more;
  }
  return packed.map((part) => `{${part.join()}}`);
}
