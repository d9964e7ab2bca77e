/** What a socket tells, from the class that the application gave to the core. */
import { afterEach, expect, it } from 'vitest';
import { createClient } from '../dist/index.js';
import { until } from './support/server.js';

/** A socket to nowhere; the test says what it tells. */
class Socket {
  static all: Socket[] = [];
  binaryType = 'blob';
  onopen!: () => void;
  onmessage!: (event: { data: unknown }) => void;
  onclose!: (event: { code: number }) => void;
  readonly sent: Uint8Array[] = [];
  readonly codes: (number | undefined)[] = [];

  constructor() {
    Socket.all.push(this);
  }

  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
  }

  close(code?: number): void {
    this.codes.push(code);
  }
}

const client = createClient({ url: 'ws://mote.test/ws', WebSocket: Socket as never });

afterEach(() => {
  client.close();
  Socket.all = [];
});

async function opened(): Promise<{ socket: Socket; codes: (number | undefined)[] }> {
  const { room } = client.enterRoom('r');
  const codes: (number | undefined)[] = [];
  room.subscribe('error', ({ code, closeCode }) => code === 'closed' && codes.push(closeCode));
  await until('a socket is made', () => Socket.all[0]?.onclose);
  const socket = Socket.all[0] as Socket;
  socket.onopen();
  expect([socket.binaryType, socket.sent[0]?.[0]], 'a join').toEqual(['arraybuffer', 0x30]);
  return { socket, codes };
}

it('a text frame and bytes that make no sense are violations that close the socket', async () => {
  for (const data of ['text', Uint8Array.of(0xff).buffer, new ArrayBuffer(0)]) {
    const { socket } = await opened();
    socket.onmessage({ data });
    expect(socket.codes).toEqual([4000]);
    client.close();
    Socket.all = [];
  }
});

it('what is sent stays as it was, also when it is read late', async () => {
  const { socket } = await opened();
  const before = socket.sent.map((bytes) => [...bytes]);
  client.getRoom('r')?.updatePresence({ text: 'x'.repeat(5_000) });
  client.getRoom('r')?.broadcastEvent({ type: 'wave' });
  expect(socket.sent.slice(0, before.length).map((bytes) => [...bytes])).toEqual(before);
});

it('what an old socket tells late reaches nobody', async () => {
  const { socket, codes } = await opened();
  socket.onmessage({ data: 'text' });
  await until('it is told', () => codes.length === 1);
  const end = { code: 4006 };
  socket.onclose(end);
  client.reconnect();
  await until('a new socket is made', () => Socket.all[1]?.onclose);
  socket.onclose(end);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(client.getStatus()).toBe('reconnecting');
  Socket.all[1]?.onclose(end);
  await until('it is told', () => codes.length === 2);
  expect([codes, client.getStatus()]).toEqual([[4000, 4006], 'disconnected']);
});
