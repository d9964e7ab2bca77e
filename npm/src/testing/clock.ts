/**
 * The clock of a world of tests. Short waits are over in a microtask, long ones when the test
 * advances it. It uses promises alone, which fake timers leave in peace.
 */
import type { Clock } from '../clock.js';
import { QUIET_MICROTASKS, STEPS_MAX, WAIT_PASSED_MS_MAX } from './limits.js';

/** Something to be done at a time. */
interface Alarm {
  due_ms: number;
  act: () => void;
}

export class TestClock implements Clock {
  #now_ms = 0;
  readonly #alarms = new Set<Alarm>();
  /** Microtasks asked for and not over. */
  #pending = 0;
  /** Microtasks since there was none pending. */
  #steps = 0;

  readonly soon = (act: () => void): void => {
    this.#pending += 1;
    void Promise.resolve().then(() => {
      try {
        this.#steps += 1;
        if (this.#steps > STEPS_MAX) throw new Error(ENDLESS);
        act();
      } finally {
        this.#pending -= 1;
        if (this.#pending === 0) this.#steps = 0;
      }
    });
  };

  readonly frame = this.soon;

  after(delay_ms: number, act: () => void): () => void {
    const alarm = { due_ms: this.#now_ms + delay_ms, act };
    this.#alarms.add(alarm);
    if (delay_ms <= WAIT_PASSED_MS_MAX) this.soon(() => this.#ring(alarm));
    return () => void this.#alarms.delete(alarm);
  }

  /** Resolves when nothing is left to be done without time passing. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_MICROTASKS; quiet++) {
      if (this.#pending > 0) quiet = 0;
      await null;
    }
  }

  /** Lets time pass; resolves when everything that was due then is done. */
  async advance(ms: number): Promise<void> {
    const end_ms = this.#now_ms + ms;
    await this.settle();
    for (let alarm = this.#next(end_ms); alarm; alarm = this.#next(end_ms)) {
      this.#now_ms = alarm.due_ms;
      this.#ring(alarm);
      await this.settle();
    }
    this.#now_ms = end_ms;
  }

  #next(end_ms: number): Alarm | undefined {
    const due = [...this.#alarms].filter((alarm) => alarm.due_ms <= end_ms);
    return due.sort((a, b) => a.due_ms - b.due_ms)[0];
  }

  #ring(alarm: Alarm): void {
    if (this.#alarms.delete(alarm)) alarm.act();
  }
}

const ENDLESS =
  `${STEPS_MAX} steps without a rest: listeners answer each other for ever, ` +
  'for example two that each update their presence when the other does';
