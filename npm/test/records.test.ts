import { expect, it } from 'vitest';
import { activityOf, Kind, NO_CHANNEL, person, records, statusOf, text } from '../src/records.js';

/** The bytes of `protocol/src/client/records.rs`, written out by hand. */
const hex = (bytes: string) => Uint8Array.from(Buffer.from(bytes.replaceAll(' ', ''), 'hex'));

it('reads header and body of every record in a buffer that does not start at zero', () => {
  const bytes = hex(
    'ff ff' + // Something else that lies before it in memory.
      '01 ff 0300 00000000 00000000' + // Status reconnecting, of the connection.
      '0d 02 0400 07000000 06000000 77617665 7b7d' + // Event "wave" of user 7 on channel 2.
      '09 0f 0000 ffffffff 00000000' + // User 4294967295 left channel 15.
      '00 ff ff', // The end, and something else that lies behind it.
  ).subarray(2);
  const all = [...records(bytes)];
  expect(all.map(({ kind, channel, small, number }) => [kind, channel, small, number])).toEqual([
    [Kind.STATUS, NO_CHANNEL, 3, 0],
    [Kind.EVENT, 2, 4, 7],
    [Kind.USER_LEFT, 15, 0, 4_294_967_295],
  ]);
  expect(statusOf(all[0]!)).toBe('reconnecting');
  expect(text(all[1]!.body)).toBe('wave{}');
  expect(all[2]!.body.length).toBe(0);
});

it('reads a person with and without a selection', () => {
  const bytes = hex('07 00 0200 03000000 11000000 1de10a00 0300 41c3a9 0000 0100 73 0100 69 00');
  const [record] = [...records(bytes)];
  expect(activityOf(record!)).toBe('away');
  expect(person(record!.body)).toEqual({
    color: '#0ae11d',
    name: 'Aé',
    account: '',
    surface: 's',
    selection: ['i'],
  });
  expect(person(hex('00000000 0100 41 0000 0000')).selection).toEqual([]);
});

it('reads an empty buffer as no records', () => {
  expect([...records(hex('00'))]).toEqual([]);
});
