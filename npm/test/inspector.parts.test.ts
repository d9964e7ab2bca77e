/** The inspector's bounds: what goes by for hours, and bytes of any kind. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClient } from '../dist/index.js';
import { mountInspector } from '../dist/inspector.js';
import { Lane, type LaneFaults } from '../src/inspector/lane.js';
import * as limits from '../src/inspector/limits.js';
import { Log } from '../src/inspector/log.js';
import { Rates } from '../src/inspector/rates.js';
import { asText, detail, hex, summary } from '../src/inspector/words.js';
import { type Direction, pieces } from '../src/inspector/wire/decode.js';
import { encode, type Message } from './wire/codec.js';

const CURSOR: Message = { type: 'CursorUpdate', channel: 0, x: 1, y: 2 };
const BATCH: Message = { type: 'CursorBatch', channel: 0, cursors: [[7, 1, 2]] };

function say(log: Log, from: Direction, message: Message, room = 'r'): void {
  for (const piece of pieces(from, encode(from, [message]))) log.add(from, piece, room, 0);
}

it('where there is no page, mounting says so', () => {
  const client = createClient({ url: '/ws' });
  expect(() => mountInspector(client)).toThrow(/^mountInspector was called where there is no page/);
});

describe('the decoder', () => {
  it('gives for any bytes pieces that are these bytes, and words for each', () => {
    const given = fc.tuple(
      fc.constantFrom<Direction>('client', 'server'),
      fc.uint8Array({ maxLength: 64 }),
    );
    fc.assert(
      fc.property(given, ([from, bytes]) => {
        const found = pieces(from, bytes);
        expect(found.flatMap((piece) => [...piece.bytes])).toEqual([...bytes]);
        for (const piece of found) {
          expect(typeof (summary(piece) + detail(piece) + hex(piece))).toBe('string');
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    { type: 'Join', channel: 0, room: 'r', token: 'secret', name: 'Ada' },
    { type: 'Token', channel: 0, token: 'secret' },
  ])('never shows the token of a $type', (message) => {
    const log = new Log();
    say(log, 'client', message);
    const [entry] = log.entries;
    const shown = [hex(entry!.piece), detail(entry!.piece), asText(entry!)].join('\n');
    expect(shown).not.toMatch(/secret|73 65 63 72 65 74/);
    expect(shown).toContain('(hidden)');
  });

  it('writes JSON out that is nested deeper than can be written', () => {
    const payload = Buffer.from('['.repeat(8_000) + ']'.repeat(8_000)).toString('hex');
    const message = { type: 'Event', channel: 0, user: 1, name: 'deep', payload };
    const [piece] = pieces('server', encode('server', [message]));
    expect(detail(piece!)).toContain('[[[');
  });
});

describe('the log', () => {
  it('has the newest messages, up to a number of them and of bytes', () => {
    const log = new Log();
    for (let count = 1; count <= limits.LOG_LINES_MAX + 50; count++) {
      say(log, 'server', { type: 'PresenceUpdate', channel: 0, count });
    }
    expect(log.entries).toHaveLength(limits.LOG_LINES_MAX);
    expect(log.entries[0]?.piece.said).toMatchObject({ count: 51 });

    const payload = '00'.repeat(16_000);
    for (let n = 0; n < 100; n++) {
      say(log, 'client', { type: 'Event', channel: 0, name: 'big', payload });
    }
    const bytes = log.entries.reduce((sum, entry) => sum + entry.piece.bytes.length, 0);
    expect(bytes).toBeLessThanOrEqual(limits.LOG_BYTES_MAX);
    expect(bytes).toBeGreaterThan(limits.LOG_BYTES_MAX / 2);
  });

  it('has a flood of cursors in one line a way and room, until something else is said', () => {
    const log = new Log();
    for (let n = 0; n < 1_000; n++) {
      say(log, 'client', CURSOR);
      say(log, 'server', BATCH, n % 2 === 0 ? 'r' : 'other');
    }
    const shown = () => log.entries.map(({ type, room, count }) => `${type} ${room} ${count}`);
    expect(shown()).toEqual(['CursorUpdate r 1000', 'CursorBatch r 500', 'CursorBatch other 500']);
    expect(log.entries[0]?.bytes).toBe(5_000);
    say(log, 'client', { type: 'Leave', channel: 0 });
    say(log, 'client', CURSOR);
    expect(shown().slice(3)).toEqual(['Leave r 1', 'CursorUpdate r 1']);
  });

  it('that is paused keeps what it has and counts what it misses', () => {
    const log = new Log();
    say(log, 'client', CURSOR);
    log.isPaused = true;
    say(log, 'client', CURSOR);
    say(log, 'server', BATCH);
    expect([log.entries.length, log.entries[0]?.count, log.missed]).toEqual([1, 1, 2]);
  });
});

describe('rates', () => {
  it('are means of the last whole seconds, and fall to nothing after them', () => {
    const rates = new Rates();
    for (let ms = 0; ms < 3_000; ms += 50) rates.add('client CursorUpdate', 5, ms);
    const perS = (nowMs: number) => rates.read(nowMs).get('client CursorUpdate')?.perS;
    expect(perS(3_500)).toEqual({ messages: 20, bytes: 100 });
    expect(perS(4_500)?.messages).toBeCloseTo(40 / 3);
    expect(perS(9_000)).toEqual({ messages: 0, bytes: 0 });
    const total = rates.read(9_000).get('client CursorUpdate')?.total;
    expect(total).toEqual({ messages: 60, bytes: 300 });
  });
});

describe('what is held back', () => {
  it.each([
    ['messages', limits.HELD_MESSAGES_MAX, 0],
    ['bytes', 4, limits.HELD_BYTES_MAX / 4],
  ])('is bounded in %s: at one more the line is cut', (_, count, bytes) => {
    const faults: LaneFaults = { latencyMs: 0, bytesPerS: 0, isSilent: true };
    let overflows = 0;
    const lane = new Lane(() => faults, () => (overflows += 1));
    for (let n = 0; n < count; n++) lane.push(bytes, () => {});
    expect(overflows).toBe(0);
    lane.push(1, () => {});
    expect(overflows).toBe(1);
    lane.clear();
  });
});
