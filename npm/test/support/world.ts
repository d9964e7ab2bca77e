/** What a world of tests must do in every environment that tests are run in. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTestWorld, type TestWorld } from '../../dist/testing.js';

type Presence = { typing: boolean };

/** Declares the tests, in the environment of the file that calls it. */
export function testWorldHere(): void {
  let world: TestWorld;
  beforeEach(() => {
    world = createTestWorld();
  });
  afterEach(() => {
    world.close();
    vi.useRealTimers();
  });

  const two = () => {
    const client = world.createClient<Presence>();
    const ada = client.enterRoom('r', { name: 'Ada', initialPresence: { typing: false } }).room;
    const options = { name: 'Bo', initialPresence: { typing: false } };
    const lease = world.createClient<Presence>().enterRoom('r', options);
    return { client, ada, bo: lease.room, leave: lease.leave };
  };

  it('shows people, presence, cursors and leaves to each other', async () => {
    const { ada, bo, leave } = two();
    await world.settle();
    const cursors: number[][] = [];
    ada.subscribe('cursors', (all) => cursors.push([...all]));
    bo.updateCursor({ x: 0.5, y: 1 });
    bo.updatePresence({ typing: true });
    await world.settle();
    expect(ada.getOthers()).toMatchObject([{ name: 'Bo', presence: { typing: true } }]);
    expect(cursors).toEqual([[1, Math.fround(Math.round(0.5 * 65_535) / 65_535), 1]]);
    leave();
    await world.settle();
    expect(ada.getOthers()).toEqual([]);
  });

  it('is not held up by fake timers, whatever they fake', async () => {
    vi.useFakeTimers({
      toFake: [
        ...(['setTimeout', 'clearTimeout', 'setInterval', 'setImmediate', 'Date'] as const),
        ...(['queueMicrotask', 'performance'] as const),
        ...(typeof requestAnimationFrame === 'function'
          ? (['requestAnimationFrame'] as const)
          : []),
      ],
    });
    const { client, ada, bo, leave } = two();
    await world.settle();
    const lost: string[] = [];
    ada.subscribe('lost-connection', (event) => lost.push(event));
    for (const typing of [true, false, true]) {
      bo.updatePresence({ typing });
      bo.updateCursor({ x: 1, y: 1 });
      await world.settle();
      expect(ada.getOthers()).toMatchObject([{ presence: { typing }, cursor: { x: 1, y: 1 } }]);
    }
    client.goOffline();
    await world.advance(5_000);
    client.goOnline();
    leave();
    await world.settle();
    expect([lost, ada.getOthers()]).toEqual([['lost', 'restored'], []]);
    expect(vi.getTimerCount()).toBe(0);
  });
}
