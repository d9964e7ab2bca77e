/** The world of tests: what it adds to the package. That it is like the real one: conformance/. */
import { describe, expect, it } from 'vitest';
import { type Client, MoteError, type Room } from '../dist/index.js';
import { createTestWorld } from '../dist/testing.js';
import { testWorldHere } from './support/world.js';

describe('a world of tests in Node', testWorldHere);

describe('an application under test', () => {
  /** Code of an application, which knows the package's own types only. */
  function watchRoom(client: Client, id: string) {
    const { room, leave } = client.enterRoom(id, { name: 'Me' });
    let banner = '';
    room.subscribe('lost-connection', (event) => {
      banner = event === 'restored' ? '' : 'Reconnecting …';
    });
    const names = () => room.getOthers().map((user) => user.name);
    return { names, banner: () => banner, leave };
  }

  it('runs unchanged on a client of the world', async () => {
    const world = createTestWorld();
    const client = world.createClient();
    const shown = watchRoom(client, 'board-7');
    const bo = world.createClient().enterRoom('board-7', { name: 'Bo' });
    await world.settle();
    expect(shown.names()).toEqual(['Bo']);

    client.goOffline();
    await world.advance(5_000);
    expect(shown.banner()).toBe('Reconnecting …');
    client.goOnline();
    await world.settle();
    expect(shown.banner()).toBe('');

    bo.leave();
    await world.settle();
    expect(shown.names()).toEqual([]);
  });

  it('needs no settle where it waits for its own listeners', async () => {
    const world = createTestWorld();
    const { room } = world.createClient().enterRoom('r');
    const somebody = new Promise<string | undefined>((resolve) => {
      room.subscribe('others', ([user]) => resolve(user?.name));
    });
    world.createClient().enterRoom('r', { name: 'Bo' });
    expect(await somebody).toBe('Bo');
  });
});

describe('names, colours and ids', () => {
  it('are the same in every run', async () => {
    const looks = async () => {
      const world = createTestWorld();
      const rooms = [1, 2, 3].map(() => world.createClient().enterRoom('r').room);
      await world.settle();
      return rooms.map((room) => {
        const { connectionId, name, color } = room.getSelf() ?? {};
        return [connectionId, name, color];
      });
    };
    expect(await looks()).toEqual([
      [0, 'Agile Alpaca', '#c62828'],
      [1, 'Brave Badger', '#ad1457'],
      [2, 'Calm Camel', '#7b1fa2'],
    ]);
    expect(await looks()).toEqual(await looks());
  });

  it('are given anew where many come and go', async () => {
    const world = createTestWorld();
    const names = new Set<string | undefined>();
    for (let i = 0; i < 100; i++) {
      const { room, leave } = world.createClient().enterRoom('r');
      await world.settle();
      names.add(room.getSelf()?.name);
      leave();
    }
    expect(names.size).toBe(64);
  });
});

describe('time', () => {
  it('stands still until it is advanced, and what came back in time stays', async () => {
    const world = createTestWorld();
    const client = world.createClient();
    const ada = client.enterRoom('r', { name: 'Ada' }).room;
    const bo = world.createClient().enterRoom('r').room;
    const lost: string[] = [];
    ada.subscribe('lost-connection', (event) => lost.push(event));
    await world.settle();
    client.goOffline();
    await world.advance(4_999);
    expect(lost).toEqual([]);
    await world.advance(1);
    expect(lost).toEqual(['lost']);
    await world.advance(4_999);
    expect(bo.getOthers()).toMatchObject([{ name: 'Ada' }]);
    client.goOnline();
    await world.advance(60_000);
    expect([bo.getOthers().length, lost]).toEqual([1, ['lost', 'restored']]);
    client.goOffline();
    await world.advance(10_000);
    expect(bo.getOthers()).toEqual([]);
  });

  it('is told in milliseconds', () => {
    const world = createTestWorld();
    for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY, '5']) {
      expect(() => world.advance(ms as number)).toThrow(/^advance takes milliseconds, 0 or more/);
    }
  });
});

describe('faults', () => {
  const enter = async () => {
    const world = createTestWorld();
    const client = world.createClient();
    const ada = client.enterRoom('r', { name: 'Ada' }).room;
    const bo = world.createClient().enterRoom('r', { name: 'Bo' }).room;
    const errors: [string, number | undefined][] = [];
    const collect = (room: Room) =>
      room.subscribe('error', (error) => {
        expect(error).toBeInstanceOf(MoteError);
        errors.push([error.message, error.closeCode]);
      });
    collect(ada);
    await world.settle();
    return { world, client, ada, bo, errors, collect };
  };

  it('a kick ends the room and frees the seat; another room goes on', async () => {
    const { world, client, ada, bo, errors } = await enter();
    const other = client.enterRoom('other').room;
    await world.settle();
    client.kick('r', 'be nice');
    await world.settle();
    expect(errors).toEqual([['room "r": removed from the room: be nice', undefined]]);
    expect([ada.getStatus(), other.getStatus()]).toEqual(['disconnected', 'connected']);
    expect(bo.getOthers()).toEqual([]);

    const again = client.enterRoom('r', { name: 'Ada' }).room;
    await world.settle();
    expect(again).not.toBe(ada);
    expect(bo.getOthers()).toMatchObject([{ name: 'Ada' }]);
  });

  it('a kick from the only room ends the connection, too', async () => {
    const { world, client, errors } = await enter();
    client.kick('r');
    await world.settle();
    expect(client.getStatus()).toBe('disconnected');
    expect(errors.map(([, code]) => code)).toEqual([undefined, 4004]);
  });

  it('the end of the connection is told with its code, and entering begins anew', async () => {
    const { world, client, ada, bo, errors } = await enter();
    client.end(4006, 'this origin is not allowed');
    await world.settle();
    expect(errors).toEqual([
      ['room "r": the connection was closed (4006): this origin is not allowed', 4006],
    ]);
    expect([client.getStatus(), ada.getStatus()]).toEqual(['disconnected', 'disconnected']);
    expect(bo.getOthers(), 'the seat is kept as after any loss').toMatchObject([{ name: 'Ada' }]);
    const again = client.enterRoom('r', { name: 'Ada' }).room;
    await world.settle();
    expect([client.getStatus(), again.getStatus()]).toEqual(['connected', 'connected']);
  });

  it('what cannot be done says why', async () => {
    const { world, client } = await enter();
    expect(() => client.kick('elsewhere')).toThrow(/^kick: this client is not in the room "else/);
    expect(() => client.kick('')).toThrow('the room id must be a string of 1 to 128 bytes, not 0');
    for (const code of [1006, 4100, 4000.5]) expect(() => client.end(code)).toThrow(RangeError);
    client.close();
    expect(() => client.end()).toThrow('end: this client is not connected');
    expect(() => world.createClient().kick('r')).toThrow(/^kick: this client is not in the room/);
    expect(() => createTestWorld({ maxPeoplePerRoom: 0 })).toThrow(/^maxPeoplePerRoom must be/);
    expect(() => createTestWorld(null as never)).toThrow(/^createTestWorld's options must be/);
  });

  it('worlds do not see each other', async () => {
    const { world, ada } = await enter();
    const stranger = createTestWorld().createClient().enterRoom('r').room;
    await world.settle();
    expect([ada.getOthers().length, stranger.getOthers().length]).toEqual([1, 0]);
  });
});
