/** How much of each kind goes through, a second and in all. */
import { RATE_WINDOW_S } from './limits.js';

/** A number of messages, and their bytes. */
export interface Amount {
  messages: number;
  bytes: number;
}

/** What was counted of one kind. */
export interface Traffic {
  readonly perS: Amount;
  readonly total: Amount;
}

interface Count extends Traffic {
  /** Each of the last seconds; the one at `second % length` is `second`'s. */
  readonly seconds: { second: number; amount: Amount }[];
}

export class Rates {
  readonly #counts = new Map<string, Count>();

  /** Counts a message of a kind. */
  add(kind: string, bytes: number, nowMs: number): void {
    let count = this.#counts.get(kind);
    if (!count) {
      const slot = () => ({ second: -1, amount: none() });
      const seconds = Array.from({ length: RATE_WINDOW_S + 1 }, slot);
      count = { perS: none(), total: none(), seconds };
      this.#counts.set(kind, count);
    }
    const second = Math.floor(nowMs / 1_000);
    const slot = count.seconds[second % count.seconds.length];
    if (slot && slot.second !== second) Object.assign(slot, { second, amount: none() });
    for (const amount of [count.total, slot?.amount]) {
      if (!amount) continue;
      amount.messages += 1;
      amount.bytes += bytes;
    }
  }

  /** What went through until now, by kind: means of the last whole seconds. */
  read(nowMs: number): ReadonlyMap<string, Traffic> {
    const now = Math.floor(nowMs / 1_000);
    for (const { perS, seconds } of this.#counts.values()) {
      Object.assign(perS, none());
      for (const { second, amount } of seconds) {
        if (second === now || second < now - RATE_WINDOW_S) continue;
        perS.messages += amount.messages / RATE_WINDOW_S;
        perS.bytes += amount.bytes / RATE_WINDOW_S;
      }
    }
    return this.#counts;
  }
}

/** Several together. */
export function sum(amounts: Iterable<Amount>): Amount {
  const all = none();
  for (const { messages, bytes } of amounts) {
    all.messages += messages;
    all.bytes += bytes;
  }
  return all;
}

function none(): Amount {
  return { messages: 0, bytes: 0 };
}
