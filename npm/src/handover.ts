/**
 * Resume values handed from a page to the next one in the same tab, so that a reload takes the same
 * seat: nobody sees a leave and a join. A value is removed when it is read: a duplicated tab, which
 * copies the storage, must not take the seat over.
 */
import { HANDOVER_MS_MAX } from './limits.js';

const KEY = '@mote/presence';

const RESUME_BYTES = 16;

type Kept = { [urlAndRoom: string]: { resume: number[]; at: number } };

/** Keeps a seat's resume value for the next page. */
export function keepResume(url: string, room: string, resume: Uint8Array): void {
  store({ ...load(), [`${url} ${room}`]: { resume: [...resume], at: Date.now() } });
}

/** Takes the value out, if there is one that is young enough. */
export function takeResume(url: string, room: string): Uint8Array | undefined {
  const { [`${url} ${room}`]: found, ...rest } = load();
  if (!found) return undefined;
  store(rest);
  const age = Date.now() - found.at;
  const resume = Uint8Array.from(Object(found.resume));
  const isUsable = age >= 0 && age < HANDOVER_MS_MAX && resume.length === RESUME_BYTES;
  return isUsable ? resume : undefined;
}

// Storage throws where cookies are blocked, and holds what other code of the page put there.
function load(): Kept {
  try {
    return Object(JSON.parse(sessionStorage.getItem(KEY) as string));
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
