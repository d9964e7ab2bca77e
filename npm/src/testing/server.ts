/** A server in memory: rooms by their id. */
import type { TestClock } from './clock.js';
import { TestRoom } from './room.js';

export class TestServer {
  readonly clock: TestClock;
  readonly #peopleMax: number;
  readonly #rooms = new Map<string, TestRoom>();

  constructor(clock: TestClock, peopleMax: number) {
    this.clock = clock;
    this.#peopleMax = peopleMax;
  }

  /** A room; made when it is first asked for. */
  room(id: string): TestRoom {
    let room = this.#rooms.get(id);
    if (!room) this.#rooms.set(id, (room = new TestRoom(this.clock, this.#peopleMax)));
    return room;
  }
}
