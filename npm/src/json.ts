/**
 * JSON values: checked on the way in, cleaned on the way out of the network, compared and merged.
 */
import { JSON_DEPTH_MAX } from './limits.js';
import type { Json } from './types.js';

/** A mutable JSON object. */
export type Obj = { [key: string]: Json };

/** Keys that reach a prototype when they are assigned; no object of ours ever has them. */
const isForbidden = (key: string) =>
  key === '__proto__' || key === 'constructor' || key === 'prototype';

/** Whether a value is an object that is neither null nor an array. */
export function isObject(value: unknown): value is Obj {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A frozen copy of what the application gave, checked to be JSON: no function, no `NaN`, no class
 * instance. `undefined` values of objects are left out, as `JSON.stringify` does.
 */
export function toJson(value: unknown, path: string, within: readonly object[] = []): Json {
  switch (typeof value) {
    case 'string':
      return wellFormed(value);
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new TypeError(`${path} is ${value}: JSON has no such number`);
    case 'object':
      break;
    default:
      throw new TypeError(
        `${path} is ${value === undefined ? '' : 'a '}${typeof value}: ` +
          'only JSON values can be sent',
      );
  }
  if (value === null) return null;
  if (within.includes(value)) throw new TypeError(`${path} is circular: JSON cannot hold it`);
  if (within.length >= JSON_DEPTH_MAX) {
    throw new TypeError(`${path.slice(0, 40)}… is nested more than ${JSON_DEPTH_MAX} levels deep`);
  }
  const inside = [...within, value];
  if (Array.isArray(value)) {
    return Object.freeze(value.map((item, i) => toJson(item, `${path}[${i}]`, inside)));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    const name = (value.constructor as { name?: string } | undefined)?.name ?? 'class instance';
    throw new TypeError(
      `${path} is a ${name}: only plain objects, arrays and JSON values can be sent`,
    );
  }
  const copy: Obj = {};
  for (const [key, item] of Object.entries(value)) {
    if (isForbidden(key)) throw new TypeError(`${path} has the key "${key}", which is not allowed`);
    if (item !== undefined) copy[wellFormed(key)] = toJson(item, `${path}.${key}`, inside);
  }
  return Object.freeze(copy);
}

/** What came from somebody else: forbidden keys left out; throws when it is nested too deep. */
export function clean(value: Json, depth = 1): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > JSON_DEPTH_MAX) throw new RangeError('nested too deep');
  if (Array.isArray(value)) return value.map((item: Json) => clean(item, depth + 1));
  const copy: Obj = {};
  for (const [key, item] of Object.entries(value as Obj)) {
    if (!isForbidden(key)) copy[key] = clean(item, depth + 1);
  }
  return copy;
}

/** RFC 7386, without changing `target`. */
export function merge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged: Obj = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

/** `value` as it can travel in a merge patch: objects lose the keys that are null. */
export function withoutNulls(value: Json): Json {
  if (!isObject(value)) return value;
  const copy: Obj = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== null) copy[key] = withoutNulls(item);
  }
  return copy;
}

/**
 * The merge patch that turns `before` into `after`, both without nulls in objects; undefined when
 * they are equal.
 */
export function diff(before: Obj, after: Obj): Obj | undefined {
  const patch: Obj = {};
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) patch[key] = null;
  }
  for (const [key, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    const change = isObject(old) && isObject(value) ? diff(old, value) : changed(old, value);
    if (change !== undefined) patch[key] = change;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

function changed(old: Json | undefined, value: Json): Json | undefined {
  return old !== undefined && equal(old, value) ? undefined : value;
}

/** Whether two JSON values are the same; the order of keys does not count. */
export function equal(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    if (!Object.hasOwn(b, key)) return false;
    return equal((a as Obj)[key] as Json, (b as Obj)[key] as Json);
  });
}

/** Half a surrogate pair (an emoji cut in two) is no text that UTF-8 has: U+FFFD stands for it. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
