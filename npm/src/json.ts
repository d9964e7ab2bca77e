/**
 * JSON values: checked on the way in, cleaned on the way out of the network, compared and merged.
 */
import { JSON_DEPTH_MAX } from './limits.js';
import { must } from './must.js';
import type { Json } from './types.js';
import { wellFormed } from './utf8.js';

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
export function toJson(value: unknown, path: string, depth = 1): Json {
  if (typeof value === 'string') return wellFormed(value);
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return value as Json;
  const isArray = Array.isArray(value);
  must(isArray || isPlain(value), `${path} must be JSON`, value);
  if (depth > JSON_DEPTH_MAX) {
    const start = path.slice(0, 40);
    throw new TypeError(`${start}… is circular, or nested over ${JSON_DEPTH_MAX} levels deep`);
  }
  if (isArray) {
    return Object.freeze(value.map((item, i) => toJson(item, `${path}[${i}]`, depth + 1)));
  }
  const copy: Obj = {};
  for (const [key, item] of Object.entries(value)) {
    if (isForbidden(key)) throw new TypeError(`${path} must not have the key "${key}"`);
    if (item !== undefined) copy[wellFormed(key)] = toJson(item, `${path}.${key}`, depth + 1);
  }
  return Object.freeze(copy);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Takes forbidden keys out of what somebody else sent; throws when it is nested too deep. */
export function clean(value: Json, depth = 1): Json {
  if (Object(value) !== value) return value;
  if (depth > JSON_DEPTH_MAX) throw new RangeError('nested too deep');
  for (const [key, item] of Object.entries(value as Obj)) {
    if (isForbidden(key)) delete (value as Obj)[key];
    else clean(item, depth + 1);
  }
  return value;
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
    const change =
      isObject(old) && isObject(value) ? diff(old, value) : equal(old, value) ? undefined : value;
    if (change !== undefined) patch[key] = change;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** Whether two JSON values are the same; the order of keys does not count. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  const isSameKind = Array.isArray(a) ? Array.isArray(b) : isObject(a) && isObject(b);
  return isSameKind && !diff(a as Obj, b as Obj);
}
