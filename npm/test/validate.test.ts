// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { createClient } from '../src/index.js';
import * as validate from '../src/validate.js';

const client = createClient({ url: 'ws://127.0.0.1:1/ws' });
const { room } = client.enterRoom('validation');
room.subscribe('error', () => {}); // No server answers there.

const WANTED_URL =
  'url must be the server\'s address, like "wss://presence.example.com/ws" or ' +
  '"ws://localhost:3001/ws", or in a page "/ws", not ';

describe('what is wrong is refused at the call, with what would be right', () => {
  it.each<[string, () => unknown, string]>([
    [
      'no options',
      () => createClient(undefined as never),
      'createClient takes options like { url: "wss://…/ws" }, not undefined',
    ],
    ['no url', () => createClient({} as never), `${WANTED_URL}undefined`],
    ...['ftp://x', '', '127.0.0.1:3001/ws', 'localhost:3001', 'ws', 'ws://', '?x'].map(
      (url): [string, () => unknown, string] => [
        `the url "${url}"`,
        () => createClient({ url }),
        `${WANTED_URL}the string "${url}"`,
      ],
    ),
    [
      'null for options',
      () => client.enterRoom('r', null as never),
      'enterRoom takes options like { name: "Ada" }, not null',
    ],
    [
      'a name for options',
      () => client.enterRoom('r', 'Ada' as never),
      'enterRoom takes options like { name: "Ada" }, not the string "Ada"',
    ],
    [
      'a rate out of range',
      () => createClient({ url: 'ws://x', cursorRate: 0 }),
      'cursorRate must be a number from 1 to 120 Hz, not 0',
    ],
    [
      'a WebSocket that is no class',
      () => createClient({ url: 'ws://x', WebSocket: 'ws' as never }),
      'WebSocket must be a class, like the one of the package "ws", not the string "ws"',
    ],
    [
      'an empty room id',
      () => client.enterRoom(''),
      'the room id has 0 bytes; it must have 1 to 128',
    ],
    [
      'a long room id',
      () => client.enterRoom('ü'.repeat(65)),
      'the room id has 130 bytes; it must have 1 to 128',
    ],
    [
      'a room id that is no string',
      () => client.enterRoom(7 as never),
      'the room id must be a string of 1 to 128 bytes, not 7',
    ],
    [
      'a long name',
      () => client.enterRoom('r', { name: '😀'.repeat(33) }),
      'name has 33 characters; it must have 1 to 32, or be left out for an anonymous one',
    ],
    [
      'a named colour',
      () => client.enterRoom('r', { color: 'red' }),
      'color must be written "#rrggbb", like "#e11d48", not the string "red"',
    ],
    [
      'a presence that is no object',
      () => client.enterRoom('r', { initialPresence: [] as never }),
      'initialPresence must be an object like { typing: true }, not an array',
    ],
    [
      'NaN',
      () => room.updateCursor({ x: Number.NaN, y: 0 }),
      'updateCursor takes { x, y }, fractions of the surface from 0 to 1, or null; x is NaN',
    ],
    [
      'infinity',
      () => room.updateCursor({ x: 0, y: Number.NEGATIVE_INFINITY }),
      'updateCursor takes { x, y }, fractions of the surface from 0 to 1, or null; y is -Infinity',
    ],
    [
      'half a position',
      () => room.updateCursor({ x: 1 } as never),
      'updateCursor takes { x, y }, fractions of the surface from 0 to 1, or null; y is undefined',
    ],
    [
      'an event without a type',
      () => room.broadcastEvent({} as never),
      "an event's type must be a string of 1 to 64 bytes, not undefined",
    ],
    [
      'no event',
      () => room.broadcastEvent('wave' as never),
      'broadcastEvent takes an object with a type, like { type: \'wave\' }, not the string "wave"',
    ],
    [
      'a large event',
      () => room.broadcastEvent({ type: 't', x: 'y'.repeat(16_377) }),
      'the event is 16385 bytes as JSON, the limit is 16384: send a reference to it instead',
    ],
    ...[
      ['a viewport without a size', { x: 0, y: 0 }, '0, 0, undefined, undefined'],
      ['a viewport of nowhere', { x: Number.NaN, y: 0, width: 1, height: 1 }, 'NaN, 0, 1, 1'],
      ['a negative viewport', { x: 0, y: 0, width: 1, height: -0.5 }, '0, 0, 1, -0.5'],
      ['no viewport', undefined, 'undefined, undefined, undefined, undefined'],
    ].map(([what, viewport, given]): [string, () => unknown, string] => [
      what as string,
      () => room.updateViewport(viewport as never),
      'updateViewport takes { x, y, width, height }, fractions of the surface, or null; ' +
        `it was given ${given as string}`,
    ]),
    [
      'an unknown activity',
      () => room.setActivity('asleep' as never),
      'activity must be "active", "idle" or "away", not the string "asleep"',
    ],
    [
      'a long surface',
      () => room.setSurface('x'.repeat(65)),
      'the surface id has 65 bytes; it must have 1 to 64',
    ],
    [
      'a selection of numbers',
      () => room.setSelection([1] as never),
      'setSelection takes an array of strings, not an array',
    ],
    [
      'a large selection',
      () => room.setSelection(['x'.repeat(600)]),
      'the selection takes 602 bytes, the limit is 512',
    ],
    [
      'an unknown event name',
      () => room.subscribe('moved' as never, (() => {}) as never),
      'subscribe takes one of status, self, my-presence, others, cursors, event, count, error, lost-connection and a function, not moved and function',
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
        'updateCursor takes fractions of a surface (0 to 1), not pixels: ' +
          'see trackCursor and toFraction',
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
