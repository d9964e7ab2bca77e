// A codec written from protocol/SPEC.md alone agrees with the golden vectors that Rust is held to:
// so the SPEC says enough, and the vectors do not merely repeat what one codec does.
//
// R-FRM-1 R-FRM-2 R-FRM-3 R-FRM-4, R-VAR-1 R-VAR-2 R-VAR-3 R-VAR-4, R-STR-1 R-STR-2 R-STR-3,
// R-CH-1 R-CH-2, R-CUR-1, R-BAT-1 R-BAT-2 R-BAT-3, R-JOIN-1 R-JOIN-2 R-JOIN-3 R-JOIN-4, R-WEL-1,
// R-STA-1 R-STA-2 R-STA-3 R-STA-4, R-EVT-1, R-CTL-1 R-CTL-2 R-CTL-3 R-CTL-4 R-CTL-5

import { describe, expect, test } from 'vitest';
import { toHex, WireError } from './bytes';
import { encode } from './encode';
import { decode, type Direction, type Message } from './messages';
import { cases, files, read } from './vectors';

const isInvalid = (file: string): boolean => file.startsWith('invalid-');

describe.each(files().filter((file) => !isInvalid(file)))('%s', (file) => {
  const from: Direction = file.startsWith('client-') ? 'client' : 'server';

  test.each(cases(file))('$name', ({ says, bytes }) => {
    const messages = (Array.isArray(says) ? says : [says]) as Message[];
    expect(decode(from, bytes)).toEqual(messages);
    expect(toHex(encode(messages))).toBe(toHex(bytes));
  });
});

describe.each(files().filter(isInvalid))('%s', (file) => {
  const from: Direction = file === 'invalid-client.hex' ? 'client' : 'server';

  test.each(cases(file))('$name', ({ says, bytes }) => {
    const { error } = says as { error: string };
    expect(refusal(from, bytes)).toBe(error);
  });
});

test('every rule that an invalid case names stands in the SPEC', () => {
  const spec = read('../SPEC.md');
  for (const file of files().filter(isInvalid)) {
    for (const { name, says } of cases(file)) {
      const { breaks } = says as { breaks: string };
      expect(spec, name).toContain(`\n**${breaks}**`);
    }
  }
});

const refusal = (from: Direction, bytes: Uint8Array): string => {
  try {
    decode(from, bytes);
    return 'nothing';
  } catch (error) {
    if (error instanceof WireError) return error.kind;
    throw error;
  }
};
