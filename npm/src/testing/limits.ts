/** Limits and times of a world of tests; those of the server mirror its defaults. */

/**
 * Waits up to this long, in milliseconds, pass by themselves: those that pace what is sent. Longer
 * ones, which an application shows, pass when the test says so.
 */
export const WAIT_PASSED_MS_MAX = 250;

/** How long a seat is kept for somebody whose line was cut, in milliseconds: `resume-grace`. */
export const GRACE_MS = 10_000;

/** People of one room: `max-people-per-room`. More are refused (4005). */
export const PEOPLE_MAX = 10_000;

/**
 * What is done without a rest, in microtasks: far more than a large test needs. Over it two
 * listeners answer each other for ever, and the next step throws instead of hanging the test.
 */
export const STEPS_MAX = 10_000;

/**
 * `settle` waits for this many microtasks in which nothing is left to be told, so that promises of
 * the application which follow from what it was told have run, too.
 */
export const QUIET_MICROTASKS = 20;

/** Events that wait for their room to be joined. Over it the oldest is dropped and counted. */
export const EVENTS_QUEUED_MAX = 128;

/** Bytes (types and payloads) of those events. Over it the same. */
export const EVENT_BYTES_QUEUED_MAX = 64 * 1024;
