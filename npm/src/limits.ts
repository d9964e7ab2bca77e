/**
 * Every limit of the facade: value, unit, why this number, and what happens at its edge. Limits of
 * the wire mirror `protocol/src/limits.rs`; the server enforces them.
 */

/** Rooms of one client: the wire has 16 channels a socket. Over it `enterRoom` throws. */
export const ROOMS_MAX = 16;

/** A room's id, in bytes of UTF-8. Over it `enterRoom` throws. */
export const ROOM_BYTES_MAX = 128;

/** A person's name, in characters (Unicode scalar values). Over it `enterRoom` throws. */
export const NAME_CHARS_MAX = 32;

/** A surface's id, in bytes of UTF-8. Over it `setSurface` throws. */
export const SURFACE_BYTES_MAX = 64;

/** The ids of a selection with their lengths, in bytes. Over it `setSelection` throws. */
export const SELECTION_BYTES_MAX = 512;

/** An event's type, in bytes of UTF-8. Over it `broadcastEvent` throws. */
export const EVENT_TYPE_BYTES_MAX = 64;

/** An event without its type, as JSON, in bytes. Over it `broadcastEvent` throws. */
export const EVENT_BYTES_MAX = 16 * 1024;

/**
 * A presence object, as JSON, in bytes: a person's whole state has 16 KiB, of which this leaves 1
 * KiB to the selection, the surface and what later versions add. Over it `updatePresence` throws.
 */
export const PRESENCE_BYTES_MAX = 15 * 1024;

/** One merge patch, as JSON, in bytes: it travels in one State message. A longer one is split. */
export const PATCH_BYTES_MAX = 15 * 1024;

/**
 * Nesting of JSON: what the server's reader accepts. Deeper own values throw, others' are ignored.
 */
export const JSON_DEPTH_MAX = 127;

/**
 * Events that wait for the core to load: what a person can cause in that time. Over it the oldest
 * is dropped and an `error` says so.
 */
export const EVENTS_WAITING_MAX = 64;

/** A token, in bytes of UTF-8. A longer one is not sent, and the provider is asked again. */
export const TOKEN_BYTES_MAX = 8 * 1024;

/** After this long without an answer a token provider is asked again, in milliseconds. */
export const TOKEN_WAIT_MS_MAX = 30_000;

/** Before a token provider that failed is asked again, in milliseconds; twice as long each time. */
export const TOKEN_RETRY_MS = 1_000;

/** The longest of these waits, in milliseconds. */
export const TOKEN_RETRY_MS_MAX = 30_000;

/** What a timer of a browser can wait, in milliseconds: 23 of 24 days. Beyond them it ends at once. */
export const TIMER_MS_MAX = 2e9;

/** Presence is sent at most this often, in milliseconds: changes in between travel as one patch. */
export const PRESENCE_INTERVAL_MS = 50;

/**
 * The viewport is sent at most this often, in milliseconds: an eye does not read while it scrolls,
 * and the last one is always sent.
 */
export const VIEWPORT_INTERVAL_MS = 250;

/**
 * The surface is changed at most this often by the anchors under the pointer, in milliseconds: a
 * change is a reliable message to everybody. In between the cursor waits, and the newest wins.
 */
export const ANCHOR_INTERVAL_MS = 100;

/** How long a resume value of the page before is used, in milliseconds: longer than any grace. */
export const HANDOVER_MS_MAX = 60_000;

/** Default of `lostConnectionTimeout`, in milliseconds. */
export const LOST_CONNECTION_MS = 5_000;

/** Default of `cursorRate`, in Hz: a display's frames. */
export const CURSOR_HZ = 60;

/**
 * Unpacking the wasm takes this long at once, in milliseconds: half a frame. It is some 200 ms in all
 * on a laptop, several times that on a phone.
 */
export const SLICE_MS = 8;

/** Cursors a frame apart, in milliseconds, where there are no animation frames. */
export const FRAME_MS = 16;

/** Crashes of the core that one client recovers from; at the next one it stays disconnected. */
export const CRASHES_MAX = 3;
