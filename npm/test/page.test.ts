// @vitest-environment jsdom
/** The life of a page, and of the core in it, against the real server. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { type Client, createClient } from '../dist/index.js';
import { Server, until } from './support/server.js';

let server: Server;
let pages: Page[] = [];

beforeAll(async () => {
  server = await Server.start();
});
beforeEach(() => sessionStorage.clear());
afterEach(() => {
  for (const page of pages.splice(0)) page.client.close();
});
afterAll(() => server.kill());

/** A client as in a page of its own, whose line ends with it as the browser ends it. */
class Page {
  readonly client: Client<{ [key: string]: any }>;
  readonly sockets: NodeWebSocket[] = [];
  /** Called once a socket was made, while it still connects. */
  connects = () => {};
  #isGone = false;

  constructor() {
    const page = this;
    class PageSocket extends NodeWebSocket {
      constructor(url: string, protocols?: string | string[]) {
        if (page.#isGone) throw new Error('this page is gone');
        super(url, protocols);
        page.sockets.push(this);
        queueMicrotask(() => page.connects());
      }
    }
    this.client = createClient({ url: server.url, WebSocket: PageSocket });
    pages.push(this);
  }

  enter(id: string, initialPresence = {}) {
    const { room } = this.client.enterRoom(id, { initialPresence });
    room.subscribe('error', () => {});
    return room;
  }

  /** The page is gone: no leave was sent, and nothing runs any more. */
  end(): void {
    this.#isGone = true;
    for (const socket of this.sockets) socket.terminate();
  }
}

const others = (page: ReturnType<Page['enter']>) => page.getOthers();

it('a page that goes hides its cursor at once, and the next page takes its seat without a leave or a join', async () => {
  const watcher = new Page().enter('reload');
  const before = new Page();
  const room = before.enter('reload', { step: 1 });
  room.updateCursor({ x: 0.5, y: 0.5 });
  await until('the cursor is seen', () => others(watcher)[0]?.cursor);
  const id = others(watcher)[0]?.connectionId;
  const name = others(watcher)[0]?.name;
  const changes: unknown[] = [];
  watcher.subscribe('others', (_, { joined, left }) => changes.push(...joined, ...left));

  window.dispatchEvent(new Event('pagehide'));
  await until('nobody sees the cursor', () => others(watcher)[0]?.cursor === null);
  await until('she is away', () => others(watcher)[0]?.activity === 'away');
  before.end();

  const after = new Page().enter('reload', { step: 2 });
  await until('the seat is hers again', () => after.getStatus() === 'connected');
  expect([after.getSelf()?.connectionId, after.getSelf()?.name]).toEqual([id, name]);
  await until('she is active', () => others(watcher)[0]?.activity === 'active');
  after.updateCursor({ x: 1, y: 1 });
  await until('her cursor is seen', () => others(watcher)[0]?.cursor?.x === 1);
  await until('her new presence is seen', () => others(watcher)[0]?.presence['step'] === 2);
  expect(changes).toEqual([]);
  expect(sessionStorage.getItem('@mote/presence') ?? '').not.toContain('reload');
});

it('a page that comes back from the cache is as it was, and keeps its seat to itself', async () => {
  const watcher = new Page().enter('cache');
  const page = new Page();
  const room = page.enter('cache');
  room.setActivity('idle');
  room.updateCursor({ x: 0.5, y: 0.5 });
  await until('the cursor is seen', () => others(watcher)[0]?.cursor);
  window.dispatchEvent(new Event('pagehide'));
  await until('she is away', () => others(watcher)[0]?.activity === 'away');
  expect(sessionStorage.getItem('@mote/presence')).toContain('cache');
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await until('she is idle as before', () => others(watcher)[0]?.activity === 'idle');
  await until('the cursor is back', () => others(watcher)[0]?.cursor);
  expect(sessionStorage.getItem('@mote/presence')).toBeNull();
});

it('a page that goes while it connects tells nothing of it when it comes back', async () => {
  const page = new Page();
  const { room } = page.client.enterRoom('early');
  const errors: string[] = [];
  room.subscribe('error', ({ message }) => errors.push(message));
  await new Promise<void>((resolve) => {
    page.connects = resolve;
  });
  expect(page.sockets[0]?.readyState).toBe(NodeWebSocket.CONNECTING);
  window.dispatchEvent(new Event('pagehide'));
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await until('it is connected', () => room.getStatus() === 'connected');
  expect(errors).toEqual([]);
});

it('nothing listens to the page while no room is entered', async () => {
  const added = new Map<string, number>();
  const { addEventListener } = window;
  const count = function (
    this: unknown,
    name: string,
    listener: never,
    options: AddEventListenerOptions,
  ) {
    added.set(name, (added.get(name) ?? 0) + 1);
    options.signal?.addEventListener('abort', () => added.set(name, (added.get(name) ?? 0) - 1));
    addEventListener.call(this as Window, name, listener, options);
  };
  window.addEventListener = count as never;
  try {
    const { client } = new Page();
    expect([...added]).toEqual([]);
    const { leave } = client.enterRoom('r');
    expect([...added.values()].every((times) => times === 1) && added.has('pagehide')).toBe(true);
    leave();
    await until('it is left', () => client.getStatus() === 'initial');
    expect([...added.values()].some((times) => times !== 0)).toBe(false);
  } finally {
    window.addEventListener = addEventListener;
  }
});

/** The memory of every core that was started, in order. */
const memories: WebAssembly.Memory[] = [];
const { instantiate } = WebAssembly;
WebAssembly.instantiate = (async (module: WebAssembly.Module, imports: WebAssembly.Imports) => {
  const instance = await instantiate(module, imports);
  memories.push(instance.exports['memory'] as WebAssembly.Memory);
  return instance;
}) as never;

/** From now on the core that was started last traps on whatever way it is reached. */
function breakCore(): void {
  new Uint8Array(memories.at(-1)!.buffer).fill(0xff);
}

/** Two people who see each other; errors are collected. */
async function pair(id: string) {
  const errors: string[] = [];
  const enter = async (a: number) => {
    const room = new Page().enter(id, { a });
    room.subscribe('error', (error) => errors.push(`${a}: ${error.message}`));
    await until('it is joined', () => room.getSelf());
    return room;
  };
  const one = await enter(1);
  const two = await enter(2);
  const see = () => others(one)[0]?.presence['a'] === 2 && others(two)[0]?.presence['a'] === 1;
  await until('they see each other', see);
  return { one, two, errors, see };
}

it('a trap in a call is told, and the rooms go on with a new core on the same seats', async () => {
  const { one, two, errors, see } = await pair('trap');
  const id = two.getSelf()?.connectionId;
  const started = memories.length;
  breakCore();
  two.updateCursor({ x: 0.25, y: 0.75 });
  expect(two.getStatus(), 'told later, not within the call').toBe('connected');
  await until('it is told', () => errors.length === 1);
  expect(errors[0]).toMatch(
    /^2: room "trap": the core crashed \(.+\), a bug in Mote: it starts anew$/,
  );
  await until(
    'they see each other again',
    () => see() && two.getStatus() === 'connected' && others(one)[0]?.cursor,
  );
  expect([errors.length, memories.length], 'nobody else needs a new core').toEqual([1, started + 1]);
  expect(two.getSelf()?.connectionId).toBe(id);
});

it('a trap while a message is heard is noticed as well', async () => {
  const { one, two, errors, see } = await pair('trap');
  // Somebody else comes, without our core: the message meets a memory that makes no sense.
  const stranger = new NodeWebSocket(server.url, 'mote.v1');
  await until('the stranger is connected', () => stranger.readyState === NodeWebSocket.OPEN);
  breakCore();
  stranger.send(Uint8Array.of(0x30, 0, 4, ...Buffer.from('trap')));
  await until('it is told', () => errors.length === 1);
  stranger.close();
  await until(
    'they see each other again',
    () => see() && [one, two].every((room) => room.getStatus() === 'connected'),
  );
});

it('a core that traps again and again is given up', async () => {
  const { two, errors } = await pair('trap for ever');
  for (let traps = 0; traps < 4; traps += 1) {
    await until('it is connected', () => two.getStatus() === 'connected');
    breakCore();
    two.updateCursor({ x: 0, y: 0 });
    await until('it is told', () => errors.length === traps + 1);
  }
  await until('it is given up', () => two.getStatus() === 'disconnected');
  expect(errors.at(-1)).toMatch(/^2: room "trap for ever": the core crashed \(.+\), again and again/);
});

it('a room that is left stops what tracks its cursor', async () => {
  const page = new Page();
  const { room, leave } = page.client.enterRoom('tracked');
  room.subscribe('error', () => {});
  let reads = 0;
  const board = document.createElement('div');
  board.getBoundingClientRect = () => {
    reads += 1;
    return { left: 0, top: 0, width: 100, height: 100 } as DOMRect;
  };
  const stop = room.trackCursor(board);
  const move = () => board.dispatchEvent(new MouseEvent('pointermove', { clientX: 50 }));
  await until('it is joined', () => room.getSelf());
  const before = reads;
  move();
  expect(reads).toBe(before + 1);
  expect(room.getSelf()?.cursor).toEqual({ x: 0.5, y: 0 });
  leave();
  await until('it is left', () => page.client.getRoom('tracked') === null);
  const after = reads;
  move();
  expect(reads, 'nothing listens any more').toBe(after);
  stop();
  room.trackCursor(board);
  const late = reads;
  move();
  expect(reads, 'a room that is over is not tracked for').toBe(late);
});
