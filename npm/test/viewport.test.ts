/** What a person sees, as it reaches the server and those whom it tells. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, createClient } from '../dist/index.js';
import { checkViewport } from '../src/validate.js';
import { Server, until } from './support/server.js';
import { decode, encode } from './wire/codec.js';

const VIEWPORT = 3;

let server: Server;
const ends: (() => void)[] = [];

beforeAll(async () => {
  server = await Server.start();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(() => server.kill());

function connect(): Client {
  const client = createClient({ url: server.url, WebSocket });
  ends.push(() => client.close());
  return client;
}

/** The viewports that the server tells of, with null for one that was taken away. */
async function watch(room: string): Promise<unknown[]> {
  const seen: unknown[] = [];
  const socket = new WebSocket(server.url, 'mote.v1');
  ends.push(() => socket.close());
  let isJoined = false;
  socket.on('message', (bytes: Buffer) => {
    for (const message of decode('server', bytes)) {
      isJoined ||= message.type === 'PresenceUpdate';
      const fields = message.type === 'State' ? (message['fields'] as [number, unknown][]) : [];
      seen.push(...fields.filter(([tag]) => tag === VIEWPORT).map(([, value]) => value));
    }
  });
  socket.on('open', () =>
    socket.send(encode('client', [{ type: 'Join', channel: 0, room, observer: true }])),
  );
  await until('the observer is in', () => isJoined);
  return seen;
}

const WHOLE = { x: 0, y: 0, width: 1, height: 1 };
const HALF = { x: 0.5, y: 0.5, width: 0.5, height: 0.5 };

describe('a viewport', () => {
  it('is known before the room is joined, and again after the line was lost', async () => {
    const { room } = connect().enterRoom('kept');
    room.updateViewport(HALF);
    await until('it is joined', () => room.getStatus() === 'connected');
    await until('it is in the snapshot', async () => (await watch('kept')).length === 1);
    await server.kill();
    await until('the line is lost', () => room.getStatus() === 'reconnecting');
    await server.start();
    await until('it is joined', () => room.getStatus() === 'connected');
    const seen = await watch('kept');
    await until('it is told', () => seen.length > 0);
    expect(seen).toEqual([[32_767, 32_767, 32_768, 32_768]]);
  });

  it('that changes all the time is sent now and then, and the last one always', async () => {
    const { room } = connect().enterRoom('scrolling');
    await until('it is joined', () => room.getStatus() === 'connected');
    const seen = await watch('scrolling');
    const start = performance.now();
    for (let y = 0; performance.now() < start + 600; y += 0.001) {
      room.updateViewport({ ...WHOLE, y, height: 0.1 });
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    room.updateViewport(HALF);
    const last = [32_767, 32_767, 32_768, 32_768];
    await until('the last one is there', () => `${seen.at(-1)}` === `${last}`);
    const periods = (performance.now() - start) / 250;
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.length).toBeLessThanOrEqual(1 + Math.ceil(periods));
  });

  it('that is no other is not sent again, and null takes it away', async () => {
    const { room } = connect().enterRoom('same');
    await until('it is joined', () => room.getStatus() === 'connected');
    const seen = await watch('same');
    room.updateViewport(WHOLE);
    await until('it is told', () => seen.length === 1);
    room.updateViewport({ ...WHOLE });
    const end = performance.now() + 300;
    await until('it would have been sent', () => performance.now() > end);
    room.updateViewport(null);
    await until('it is taken away', () => seen.length > 1);
    expect(seen).toEqual([[0, 0, 65_535, 65_535], null]);
  });

  it('is cut at the edges of the surface and rounded outwards', () => {
    const sides = (x: number, y: number, width: number, height: number) => {
      const body = checkViewport({ x, y, width, height });
      const view = new DataView(body.buffer);
      return [0, 2, 4, 6].map((at) => view.getUint16(at));
    };
    expect(sides(-1, 0.5, 3, 9)).toEqual([0, 32_767, 65_535, 32_768]);
    expect(sides(2, -2, 1, 1)).toEqual([65_535, 0, 0, 0]);
    expect(sides(0.2, 0.4, 0, 0.000_001)).toEqual([13_107, 26_214, 0, 1]);
    expect(sides(1e308, 0, 1, 1e308)).toEqual([65_535, 0, 0, 65_535]);
  });
});
