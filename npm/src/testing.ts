/**
 * A server in memory for your own tests: no network, no wasm, no timers. Clients of a world behave
 * as those of the package do, because all of the package above the network is what runs.
 */
import { describe } from './must.js';
import { TestClientImpl } from './testing/client.js';
import { TestClock } from './testing/clock.js';
import { PEOPLE_MAX } from './testing/limits.js';
import { TestServer } from './testing/server.js';
import type { Client, DefaultPresence, DefaultRoomEvent } from './types.js';
import { checkNumber, checkObject } from './validate.js';

/** A client in a world of tests: give it to the code under test, or play another person with it. */
export interface TestClient<P extends object = DefaultPresence, E = DefaultRoomEvent>
  extends Client<P, E> {
  /**
   * Cuts the line. The client is `reconnecting` until `goOnline`; the others still see the person,
   * until ten seconds passed (see `TestWorld.advance`). Before the first room is entered, it lets
   * the first connection fail.
   */
  goOffline(): void;
  /** Mends the line: the client is back at once, on its seat if that is still kept. */
  goOnline(): void;
  /**
   * The server removes the person from a room: an `error`, and `disconnected`. Throws when this
   * client has not joined the room.
   */
  kick(roomId: string, reason?: string): void;
  /**
   * The server closes the connection for good, with a code from 4000 to 4099; 4000 by default. An
   * `error` with the code, and `disconnected` in every room. Throws when it is not connected.
   */
  end(code?: number, reason?: string): void;
}

/** How a world is. */
export interface TestWorldOptions {
  /** People in one room; more are refused with code 4005. 10,000 by default. */
  maxPeoplePerRoom?: number;
}

/** A server in memory, its clients and its time. */
export interface TestWorld {
  /** Makes a client of this world. Those who enter the same room see each other. */
  createClient<P extends object = DefaultPresence, E = DefaultRoomEvent>(): TestClient<P, E>;
  /**
   * Resolves when everything that was said so far has been told to everybody, and promises that
   * followed from it have run. It waits for microtasks only, so fake timers do not hold it up.
   */
  settle(): Promise<void>;
  /**
   * Lets time pass, in milliseconds, and settles. The world's time stands still otherwise: after
   * 5,000 without a connection `lost-connection` is told, after 10,000 the seat of somebody who is
   * offline is free. Waits of up to 250 (how presence is paced) pass by themselves.
   */
  advance(ms: number): Promise<void>;
  /** Closes every client, for the end of a test. */
  close(): void;
}

/**
 * Makes a world without rooms and people. Worlds do not see each other, so one for each test is
 * best. Throws a `TypeError` for options that cannot work.
 */
export function createTestWorld(options: TestWorldOptions = {}): TestWorld {
  checkObject(options, "createTestWorld's options", '{ maxPeoplePerRoom: 2 }');
  const { maxPeoplePerRoom = PEOPLE_MAX } = options;
  const clock = new TestClock();
  const peopleMax = checkNumber(maxPeoplePerRoom, 'maxPeoplePerRoom', 1, PEOPLE_MAX);
  const server = new TestServer(clock, peopleMax);
  const clients: TestClientImpl[] = [];
  return {
    createClient<P extends object, E>() {
      const client = new TestClientImpl(server);
      clients.push(client);
      return client as unknown as TestClient<P, E>;
    },
    settle: () => clock.settle(),
    advance: (ms) => {
      if (typeof ms === 'number' && ms >= 0 && ms < Number.POSITIVE_INFINITY) {
        return clock.advance(ms);
      }
      throw new TypeError(`advance takes milliseconds, 0 or more, not ${describe(ms)}`);
    },
    close: () => {
      for (const client of clients) client.close();
    },
  };
}
