/** Every limit of the overlay: value, unit, why this number, and what happens at its edge. */

/**
 * Cursors that are drawn: more are a swarm that nobody reads. Over it those that moved last are, and
 * one that is drawn keeps its place for `KEPT_MS`.
 */
export const CURSORS_MAX = 200;

/** A drawn cursor does not give way to another one for so long after it moved, in milliseconds. */
export const KEPT_MS = 1_000;

/** Default of `idleAfter_ms`. */
export const IDLE_AFTER_MS = 5_000;

/**
 * A cursor without a position stays for so long, in milliseconds: on the way from one anchor to the
 * next it has none for a moment.
 */
export const LINGER_MS = 150;

/** How long a cursor takes to fade away, in milliseconds. The styles say the same. */
export const FADE_MS = 200;

/** Cursors that fade away at one time; over it the first of them are gone at once. */
export const FADING_MAX = 40;

/** Frames in which nothing changed before the loop ends: what moves a page begins slowly. */
export const QUIET_FRAMES = 10;

/** A label, in characters: the longest name and some more. The rest is cut off. */
export const LABEL_CHARS_MAX = 40;

/** What `say` shows, in characters; the rest is cut off, here and by who receives it. */
export const SAY_CHARS_MAX = 140;

/** What is said is sent at most so often, in milliseconds; the newest wins. */
export const SAY_INTERVAL_MS = 100;

/** What somebody said is shown for so long, in milliseconds, unless they take it back. */
export const SAY_SHOWN_MS = 10_000;

/** A label goes to the left of its cursor with less room to the right than this, in CSS pixels. */
export const LABEL_ROOM_PX = 200;

/** A label goes above its cursor with less room below than this, in CSS pixels. */
export const LABEL_HEIGHT_PX = 48;
