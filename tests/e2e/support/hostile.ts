// Somebody who speaks the wire without the SDK, and says what no SDK would: from a page of the server,
// with bytes that are put together here.

import type { Browser } from '@playwright/test';
import { encode } from '../../../npm/test/wire/codec.js';
import type { Mote } from './server.ts';

/** Runs when markup is taken for markup. */
const MARKUP = '<img src=x onerror=owned=1>';

/** Names of at most 32 characters; the server takes characters away that cannot be seen. */
export const NAMES = [
  MARKUP,
  '"><script>owned=1</script>',
  "'-owned-'<svg onload=owned=1>",
  '</style><img src=x onerror=owned=1',
  '__proto__',
  'constructor',
  '${owned=1}{{owned=1}}',
  'javascript:owned=1',
].map((name) => name.slice(0, 32));

/** The custom object: keys that are no keys of an object, and markup wherever the pages look. */
const CUSTOM = `{
  "__proto__": { "polluted": true, "card": "${MARKUP}" },
  "constructor": { "prototype": { "polluted": true } },
  "prototype": { "polluted": true },
  "card": "${MARKUP}", "node": "${MARKUP}", "bot": "${MARKUP}",
  "${MARKUP}": "${MARKUP}",
  "deep": ${'{"__proto__":'.repeat(100)}{"polluted":true}${'}'.repeat(100)}
}`;

const EVENTS: [name: string, payload: string][] = [
  ['reaction', '{"kind":"__proto__","x":0.5,"y":0.5}'],
  ['reaction', `{"kind":"${MARKUP}","x":"${MARKUP}","y":{}}`],
  ['mote:say', `{"text":"${MARKUP}"}`],
  ['mote:say', '{"text":{"__proto__":{"polluted":true}}}'],
  ['__proto__', '{"__proto__":{"polluted":true},"type":"reaction"}'],
  ['constructor', '{"prototype":{"polluted":true}}'],
  ['reaction', 'null'],
];

const hex = (text: string): string => Buffer.from(text).toString('hex');

/** All that one of them says. */
function talk(room: string, name: string): number[] {
  const say = (message: Record<string, unknown>) => [...encode('client', [message as never])];
  const fields = [
    [2, [MARKUP, '__proto__', '"]']],
    [5, CUSTOM],
    [7, `"] ${MARKUP}`],
  ];
  return [
    say({ type: 'Join', channel: 0, room, name }),
    say({ type: 'State', channel: 0, fields: [[7, '__proto__']] }),
    say({ type: 'CursorUpdate', channel: 0, x: 30_000, y: 30_000 }),
    say({ type: 'State', channel: 0, fields }),
    say({ type: 'State', channel: 0, fields: [[7, null]] }),
    say({ type: 'CursorUpdate', channel: 0, x: 32_768, y: 32_768 }),
    ...EVENTS.map(([event, json]) =>
      say({ type: 'Event', channel: 0, name: event, payload: hex(json) }),
    ),
  ].flat();
}

/** One of each name comes into a room, says it all and stays. */
export async function haunt(browser: Browser, mote: Mote, room: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${mote.url}/healthz`);
  await page.evaluate(
    async (talks) => {
      const open = talks.map(async (bytes) => {
        const socket = new WebSocket(`ws://${location.host}/ws`, 'mote.v1');
        await new Promise((opened) => socket.addEventListener('open', opened, { once: true }));
        socket.send(Uint8Array.from(bytes));
        // The answer to the Heartbeat comes after all of it was taken.
        socket.send(Uint8Array.of(0x80));
        await new Promise<void>((taken, refused) => {
          socket.binaryType = 'arraybuffer';
          socket.addEventListener('close', ({ code }) => refused(new Error(`closed with ${code}`)));
          socket.addEventListener('message', ({ data }) => {
            if (new Uint8Array(data)[0] === 0x80) taken();
          });
        });
        return socket;
      });
      Object.assign(window, { sockets: await Promise.all(open) });
    },
    NAMES.map((name) => talk(room, name)),
  );
}
