/** What people say at their cursors: events of the overlay's own, which no application is told. */
import type { Room } from '@mote/presence';
import { pageClock } from '../clock.js';
import { Pace } from '../pace.js';
import { SAY_CHARS_MAX, SAY_INTERVAL_MS, SAY_SHOWN_MS } from './limits.js';

const TYPE = 'mote:say';

interface Said {
  text: string;
  until: number;
}

export class Says {
  readonly #room: Room<object, { type: string }>;
  readonly #said = new Map<number, Said>();
  #own = '';
  #sent = '';
  readonly #pace = new Pace(SAY_INTERVAL_MS, pageClock, () => {
    if (this.#own === this.#sent) return;
    this.#sent = this.#own;
    const event = { type: TYPE, text: this.#own };
    this.#room.broadcastEvent(event);
  });

  constructor(room: Room<object, { type: string }>) {
    this.#room = room;
  }

  /** Listens for what others say; returns a function that ends it. */
  listen(told: (connectionId: number) => void): () => void {
    // No public name: whoever listens to `event` is not told these.
    return this.#room.subscribe('mote' as 'event', ({ event, connectionId, user }) => {
      const { text } = event as { text?: unknown };
      if (event.type !== TYPE || typeof text !== 'string' || !user) return;
      const until = performance.now() + SAY_SHOWN_MS;
      this.#said.set(connectionId, { text: cut(text, SAY_CHARS_MAX), until });
      told(connectionId);
    });
  }

  /** Sends a text, or takes the last one back. */
  say(text: string | null): void {
    if (text !== null && typeof text !== 'string') {
      throw new TypeError(`say takes a text, or null to take it back, not ${typeof text}`);
    }
    this.#own = cut(text ?? '', SAY_CHARS_MAX);
    this.#pace.request();
  }

  /** What somebody says. */
  of(connectionId: number): string {
    return this.#said.get(connectionId)?.text ?? '';
  }

  /** When what somebody says is over; never, if they say nothing. */
  endOf(connectionId: number): number {
    return this.#said.get(connectionId)?.until ?? Infinity;
  }

  forget(connectionId: number): void {
    this.#said.delete(connectionId);
  }

  end(): void {
    this.say(null);
    this.#pace.send();
  }
}

/** The first characters of a text. */
export function cut(text: string, chars_max: number): string {
  return [...text].slice(0, chars_max).join('');
}
