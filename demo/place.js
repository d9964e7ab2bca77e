// Which server, which room, which name: all that the page takes from its address and this tab.

const ROOM_BYTES_MAX = 128; // the wire's limit for a room's name
const NAME_KEY = 'mote-demo-name';

/** The server that served this page. */
export function serverUrl() {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
}

/** The room in `?room=…`; `lobby` without one, or with one that no server would take. */
export function roomName() {
  const name = new URLSearchParams(location.search).get('room') ?? '';
  const bytes = new TextEncoder().encode(name).length;
  return bytes >= 1 && bytes <= ROOM_BYTES_MAX ? name : 'lobby';
}

/** The name typed in this tab, if any: another tab may be somebody else. */
export function savedName() {
  try {
    return sessionStorage.getItem(NAME_KEY) ?? undefined;
  } catch {
    return undefined; // storage is blocked: a name lasts until the reload
  }
}

export function saveName(name) {
  try {
    if (name) sessionStorage.setItem(NAME_KEY, name);
    else sessionStorage.removeItem(NAME_KEY);
  } catch {
    // As above.
  }
}
