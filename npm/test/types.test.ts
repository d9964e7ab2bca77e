import { describe, expectTypeOf, it } from 'vitest';
import { createClient, type Room, type User } from '../src/index.js';

interface Presence {
  typing: boolean;
  cursor: { x: number } | null;
}
type Event = { type: 'wave' } | { type: 'emoji'; emoji: string };

/** Never called: only its types count, and tsc checks them. */
function typed() {
  const client = createClient<Presence, Event>({ url: 'wss://example.com/ws' });
  // @ts-expect-error initialPresence is required when the presence has required keys
  client.enterRoom('r');
  // @ts-expect-error and so is each of those keys
  client.enterRoom('r', { initialPresence: { typing: true } });
  return client.enterRoom('r', { initialPresence: { typing: true, cursor: null } });
}

function untyped() {
  return createClient({ url: 'wss://example.com/ws' }).enterRoom('r', { name: 'Ada' });
}

describe('types', () => {
  it('follow the presence and the events that createClient is given', () => {
    expectTypeOf(typed).returns.toEqualTypeOf<{
      readonly room: Room<Presence, Event>;
      readonly leave: () => void;
    }>();
    expectTypeOf<Room<Presence, Event>['getPresence']>().returns.toEqualTypeOf<
      Readonly<Presence>
    >();
    expectTypeOf<Room<Presence, Event>['updatePresence']>()
      .parameter(0)
      .toEqualTypeOf<Partial<Presence>>();
    expectTypeOf<Room<Presence, Event>['broadcastEvent']>().parameter(0).toEqualTypeOf<Event>();
    expectTypeOf<User<Presence>['presence']['typing']>().toEqualTypeOf<boolean | undefined>();
  });

  it('without any of it allow JSON', () => {
    expectTypeOf(untyped).returns.toHaveProperty('room');
    expectTypeOf<Room['broadcastEvent']>().toBeCallableWith({ type: 'wave', at: [1, null] });
    // @ts-expect-error an event has a type
    expectTypeOf<Room['broadcastEvent']>().toBeCallableWith({ at: 1 });
  });
});
