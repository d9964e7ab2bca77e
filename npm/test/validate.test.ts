// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { createClient } from '../src/index.js';
import * as validate from '../src/validate.js';

const client = createClient({ url: 'ws://127.0.0.1:1/ws' });
const { room } = client.enterRoom('validation');
room.subscribe('error', () => {}); // No server answers there.

const WANTED_URL = 'url must be like "wss://example.com/ws", or in a page "/ws", not ';

describe('what is wrong is refused at the call, with what would be right', () => {
  it.each<[string, () => unknown, string]>([
    [
      'no options',
      () => createClient(undefined as never),
      'createClient\'s options must be like { url: "wss://example.com/ws" }, not undefined',
    ],
    ['no url', () => createClient({} as never), `${WANTED_URL}undefined`],
    ...['ftp://x', '', '127.0.0.1:3001/ws', 'localhost:3001', 'ws', 'ws://', '?x'].map(
      (url): [string, () => unknown, string] => [
        `the url "${url}"`,
        () => createClient({ url }),
        `${WANTED_URL}"${url}"`,
      ],
    ),
    [
      'null for options',
      () => client.enterRoom('r', null as never),
      'enterRoom\'s options must be like { name: "Ada" }, not null',
    ],
    [
      'a name for options',
      () => client.enterRoom('r', 'Ada' as never),
      'enterRoom\'s options must be like { name: "Ada" }, not "Ada"',
    ],
    [
      'a rate out of range',
      () => createClient({ url: 'ws://x', cursorRate: 0 }),
      'cursorRate must be a number from 1 to 120, not 0',
    ],
    [
      'a WebSocket that is no class',
      () => createClient({ url: 'ws://x', WebSocket: 'ws' as never }),
      'WebSocket must be a function or class, not "ws"',
    ],
    [
      'an empty room id',
      () => client.enterRoom(''),
      'the room id must be a string of 1 to 128 bytes, not 0',
    ],
    [
      'a long room id',
      () => client.enterRoom('ü'.repeat(65)),
      'the room id must be a string of 1 to 128 bytes, not 130',
    ],
    [
      'a room id that is no string',
      () => client.enterRoom(7 as never),
      'the room id must be a string of 1 to 128 bytes, not 7',
    ],
    [
      'a long name',
      () => client.enterRoom('r', { name: '😀'.repeat(33) }),
      'name must be a string of 1 to 32 characters, not 33',
    ],
    [
      'a named colour',
      () => client.enterRoom('r', { color: 'red' }),
      'color must be like "#e11d48", not "red"',
    ],
    [
      'a presence that is no object',
      () => client.enterRoom('r', { initialPresence: [] as never }),
      'initialPresence must be like { typing: true }, not an instance of Array',
    ],
    [
      'NaN',
      () => room.updateCursor({ x: Number.NaN, y: 0 }),
      'x must be a fraction of the surface, 0 to 1, not NaN',
    ],
    [
      'infinity',
      () => room.updateCursor({ x: 0, y: Number.NEGATIVE_INFINITY }),
      'y must be a fraction of the surface, 0 to 1, not -Infinity',
    ],
    [
      'half a position',
      () => room.updateCursor({ x: 1 } as never),
      'y must be a fraction of the surface, 0 to 1, not undefined',
    ],
    [
      'an event without a type',
      () => room.broadcastEvent({} as never),
      "the event's type must be a string of 1 to 64 bytes, not undefined",
    ],
    [
      'no event',
      () => room.broadcastEvent('wave' as never),
      'the event must be like { type: "wave" }, not "wave"',
    ],
    [
      'a large event',
      () => room.broadcastEvent({ type: 't', x: 'y'.repeat(16_377) }),
      'the event must have at most 16384 bytes (store large things elsewhere), not 16385',
    ],
    ...[
      ['a viewport without a size', { x: 0, y: 0 }, '0, 0, undefined, undefined'],
      ['a viewport of nowhere', { x: Number.NaN, y: 0, width: 1, height: 1 }, 'NaN, 0, 1, 1'],
      ['a negative viewport', { x: 0, y: 0, width: 1, height: -0.5 }, '0, 0, 1, -0.5'],
      ['no viewport', undefined, 'undefined, undefined, undefined, undefined'],
    ].map(([what, viewport, given]): [string, () => unknown, string] => [
      what as string,
      () => room.updateViewport(viewport as never),
      'the viewport must be { x, y, width, height } in fractions of the surface, or null, ' +
        `not "${(given as string).slice(0, 50)}"`,
    ]),
    [
      'an unknown activity',
      () => room.setActivity('asleep' as never),
      'activity must be one of active, idle, away, not "asleep"',
    ],
    [
      'a long surface',
      () => room.setSurface('x'.repeat(65)),
      'the surface id must be a string of 1 to 64 bytes, not 65',
    ],
    [
      'a selection of numbers',
      () => room.setSelection([1] as never),
      'the selection must be an array of strings, not an instance of Array',
    ],
    [
      'a large selection',
      () => room.setSelection(['x'.repeat(600)]),
      'the selection must have at most 512 bytes (store large things elsewhere), not 602',
    ],
    [
      'an unknown event name',
      () => room.subscribe('moved' as never, (() => {}) as never),
      'the event must be one of status, self, my-presence, others, cursors, event, count, error, lost-connection, not "moved"',
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(TypeError);
    expect(act).toThrow(message);
  });

  it('a seventeenth room', () => {
    const leases = Array.from({ length: 15 }, (_, i) => client.enterRoom(`room ${i}`));
    expect(() => client.enterRoom('one more')).toThrow(
      /^16 rooms are entered, the most of one client/,
    );
    for (const { leave } of leases) leave();
  });
});

describe('what is right is taken', () => {
  it('addresses of pages become addresses of sockets', () => {
    expect(validate.checkUrl('https://example.com/ws')).toBe('wss://example.com/ws');
    expect(validate.checkUrl('http://example.com/ws#x')).toBe('ws://example.com/ws');
    for (const relative of ['/ws', './ws', '../ws', '//localhost:3000/ws']) {
      expect(validate.checkUrl(relative)).toBe('ws://localhost:3000/ws');
    }
  });

  it('limits are inclusive', () => {
    expect(validate.checkName('😀'.repeat(32))).toHaveLength(64);
    expect(validate.checkEvent({ type: 't', x: 'y'.repeat(16_376) }).payload).toHaveLength(16_384);
    expect(validate.checkColor('#E11d48')).toBe(0xe11d48);
    expect(validate.checkPosition({ x: -1, y: 2 })).toEqual({ x: 0, y: 1 });
  });

  it('unknown options are ignored', () => {
    const { leave } = client.enterRoom('unknown', { nickname: 'Ada' } as never);
    leave();
  });

  it('a cursor in pixels is clamped, with one warning a page, unless it is tracked', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(validate.checkPosition({ x: 640, y: -40 }, true)).toEqual({ x: 1, y: 0 });
    expect(warn).not.toHaveBeenCalled();
    room.updateCursor({ x: 640, y: 0.5 });
    room.updateCursor({ x: 0.5, y: 480 });
    expect(warn.mock.calls).toEqual([
      [
        'the position must be fractions of the surface, 0 to 1, not pixels: see toFraction',
      ],
    ]);
    warn.mockRestore();
  });

  it("an event's type is its name and is not sent twice", () => {
    const { name, payload } = validate.checkEvent({ type: 'wave', at: [1, null] });
    expect([name, new TextDecoder().decode(payload)]).toEqual(['wave', '{"at":[1,null]}']);
    expect(validate.checkEvent({ type: 'wave' }).payload).toHaveLength(0);
  });
});
