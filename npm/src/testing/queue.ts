/** Events that wait for their room to be joined. */
import { byteLength } from '../presence.js';
import { EVENT_BYTES_QUEUED_MAX, EVENTS_QUEUED_MAX } from './limits.js';

/** An event as it travels. */
export interface Message {
  name: string;
  payload: Uint8Array;
}

/** A bounded queue; when it is full the oldest goes and is counted. */
export class EventQueue {
  #messages: Message[] = [];
  #dropped = 0;

  push(message: Message): void {
    this.#messages.push(message);
    while (this.#messages.length > EVENTS_QUEUED_MAX || this.#bytes() > EVENT_BYTES_QUEUED_MAX) {
      this.#messages.shift();
      this.#dropped += 1;
    }
  }

  /** What waited, and how many were dropped. */
  take(): { messages: Message[]; dropped: number } {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return { messages: this.#messages.splice(0), dropped };
  }

  #bytes(): number {
    const bytes = ({ name, payload }: Message) => byteLength(name) + payload.length;
    return this.#messages.reduce((sum, message) => sum + bytes(message), 0);
  }
}
