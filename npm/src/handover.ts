/**
 * Resume values handed from a page to the next one in the same tab, so that a reload takes the same
 * seat: nobody sees a leave and a join. A value is removed when it is read: a duplicated tab, which
 * copies the storage, must not take the seat over.
 */
import { HANDOVER_MS_MAX } from './limits.js';

const KEY = '@mote/presence';

type Kept = { [urlAndRoom: string]: { resume: string; at: number } };

/** Keeps a seat's resume value for the next page. */
export function keepResume(url: string, room: string, resume: Uint8Array): void {
  const hex = [...resume].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  store({ ...load(), [key(url, room)]: { resume: hex, at: Date.now() } });
}

/** Takes the value out, if there is one that is young enough. */
export function takeResume(url: string, room: string): Uint8Array | undefined {
  const { [key(url, room)]: found, ...rest } = load();
  if (!found) return undefined;
  store(rest);
  const age = Date.now() - found.at;
  if (!(age >= 0 && age < HANDOVER_MS_MAX) || !/^[0-9a-f]{32}$/.test(found.resume))
    return undefined;
  return Uint8Array.from(found.resume.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function key(url: string, room: string): string {
  return `${url} ${room}`;
}

// Storage throws where cookies are blocked, and holds what other code of the page put there.
function load(): Kept {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Kept) : {};
  } catch {
    return {};
  }
}

function store(kept: Kept): void {
  try {
    if (Object.keys(kept).length > 0) sessionStorage.setItem(KEY, JSON.stringify(kept));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Without storage a reload is a leave and a join.
  }
}
