/** Cursors frame by frame, against the real server. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, createClient } from '../dist/index.js';
import { Server, until } from './support/server.js';

let server: Server;
const clients: Client[] = [];

beforeAll(async () => {
  server = await Server.start();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => server.kill());

/** Two people who see each other. */
async function pair(id: string) {
  const [one, two] = [1, 2].map(() => {
    const client = createClient({ url: server.url, WebSocket });
    clients.push(client);
    return client.enterRoom(id).room;
  });
  if (!one || !two) throw new Error('two were made');
  await until('they see each other', () => one.getOthers().length + two.getOthers().length === 2);
  return [one, two] as const;
}

it('a cursor glides to where it is, and the same array says that it rests', async () => {
  const [ada, ben] = await pair('glide');
  expect(ben.animateCursors()).toHaveLength(0);
  ada.updateCursor({ x: 0.25, y: 0.5 });
  await until('the cursor is there', () => ben.getCursors().length === 3);
  expect(ben.animateCursors(), 'it appears where it is').toEqual(ben.getCursors());
  await until('it rests', () => ben.animateCursors() === ben.animateCursors());
  ada.updateCursor({ x: 0.75, y: 0.5 });
  const places = new Set<number>();
  await until('it is there', () => {
    const x = ben.animateCursors()[1] ?? 0;
    places.add(x);
    return x === ben.getCursors()[1] && x > 0.7;
  });
  const between = [...places].filter((x) => x > 0.26 && x < 0.74);
  expect(between.length, 'places in between').toBeGreaterThan(0);
  await until('it rests', () => ben.animateCursors() === ben.animateCursors());
  expect(ben.animateCursors()).toEqual(ben.getCursors());
});

it('who changes the surface or hides is not drawn until there is a position again', async () => {
  const [ada, ben] = await pair('jumps');
  ben.animateCursors();
  ada.updateCursor({ x: 0, y: 0 });
  await until('the cursor is there', () => ben.animateCursors().length === 3);
  ada.setSurface('board');
  await until('it is on the way', () => ben.animateCursors().length === 0);
  ada.updateCursor({ x: 1, y: 1 });
  await until('it is there', () => ben.animateCursors().length === 3);
  expect([...ben.animateCursors().slice(1)], 'without a way between').toEqual([1, 1]);
  ada.updateCursor(null);
  await until('it is hidden', () => ben.animateCursors().length === 0);
});

it("events of the package's own parts are not the application's", async () => {
  const [ada, ben] = await pair('own events');
  const told: unknown[] = [];
  const own: unknown[] = [];
  ben.subscribe('event', ({ event }) => told.push(event.type));
  ben.subscribe('mote' as 'event', ({ event }) => own.push(event.type));
  ada.broadcastEvent({ type: 'mote:say', text: 'Hi' });
  ada.broadcastEvent({ type: 'motel' });
  await until('the other one is told', () => told.length === 1);
  expect([told, own]).toEqual([['motel'], ['mote:say']]);
});
