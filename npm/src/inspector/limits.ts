/** Every limit of the inspector: value, unit, why this number, and what happens at its edge. */

/** Lines of the log: what a person scrolls through. Over it the oldest goes. */
export const LOG_LINES_MAX = 500;

/** Bytes of the messages in the log, so that it stays small where they are not. */
export const LOG_BYTES_MAX = 1024 * 1024;

/** Lines of the connection's history. Over it the oldest goes. */
export const HISTORY_LINES_MAX = 100;

/** Heartbeats whose answer is waited for. Over it the oldest is not measured. */
export const TRIPS_WAITING_MAX = 64;

/** Messages that faults hold back, each way. At the next one the line is cut. */
export const HELD_MESSAGES_MAX = 10_000;

/** Bytes that faults hold back, each way. Over it the line is cut. */
export const HELD_BYTES_MAX = 4 * 1024 * 1024;

/** The longest latency that can be injected each way, in milliseconds. */
export const LATENCY_MS_MAX = 60_000;

/** The fastest line that counts as slow, in bytes a second. */
export const SLOW_BYTES_PER_S_MAX = 1_000_000;

/** Rates are means of so many whole seconds: short enough to see a change, and calm. */
export const RATE_WINDOW_S = 3;

/** How often an open panel looks at what nothing tells, in milliseconds. */
export const TICK_MS = 500;

/** How often an open panel asks for a sign of life to measure the round trip, in milliseconds. */
export const PROBE_INTERVAL_MS = 2_000;

/** People of a room that are listed; of more the number is told. */
export const ROSTER_ROWS_MAX = 100;

/** A message written out, in characters. The rest is cut off. */
export const DETAIL_CHARS_MAX = 8_000;

/** A message in one line, in characters. The rest is cut off. */
export const SUMMARY_CHARS_MAX = 160;

/** Bytes of a message shown in hex. Of more the number is told. */
export const HEX_BYTES_MAX = 1_024;
