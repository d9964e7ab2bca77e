/** Messages in words: a line of it, all of it, and its bytes. */
import { DETAIL_CHARS_MAX, HEX_BYTES_MAX, SUMMARY_CHARS_MAX } from './limits.js';
import type { Entry } from './log.js';
import { fromHex, toHex, utf8, WireError } from './wire/bytes.js';
import type { Piece } from './wire/decode.js';

const STEPS = 65_535;
const SECRET = '(hidden)';
const HEX_BYTES_A_LINE = 16;

type Shown = [name: string, value: unknown];

/** The fields of a State, by tag. */
const TAGS: Readonly<Record<number, string>> = {
  1: 'Position',
  2: 'Selection',
  3: 'Viewport',
  4: 'Activity',
  5: 'Custom',
  6: 'CursorHidden',
  7: 'Surface',
};
const ACTIVITIES = ['active', 'idle', 'away'];

/** A time of day with milliseconds. */
export function clock(timeMs: number): string {
  const date = new Date(timeMs);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()];
  const two = (part: number) => `${part}`.padStart(2, '0');
  const ms = `${date.getMilliseconds()}`.padStart(3, '0');
  return `${two(hours)}:${two(minutes)}:${two(seconds)}.${ms}`;
}

/** An amount of bytes. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${Math.round(bytes)} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** What a message says, in one line. */
export function summary({ said }: Piece): string {
  if (said instanceof WireError) return `breaks a rule: ${said.message}`;
  const words = Object.entries(said)
    .filter(([name, value]) => name !== 'type' && name !== 'channel' && value !== '')
    .map(([name, value]) => {
      if (name === 'cursors') return cursorWords(value as number[][]);
      if (name !== 'fields') return flat([name, show(name, value, asItIs)]);
      const fields = value as [number, unknown][];
      return fields.map((field) => flat(showField(field, asItIs))).join(', ');
    });
  return cut(words.join(', '), SUMMARY_CHARS_MAX);
}

function cursorWords(cursors: number[][]): string {
  const first = cursors.slice(0, 4).map(([user, x, y]) => `#${user} ${share(x)} ${share(y)}`);
  if (cursors.length > 4) first.push('…');
  return cursors.length > 0 ? `${cursors.length}: ${first.join(', ')}` : 'none';
}

function flat([name, value]: Shown): string {
  return `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

/** All that a message says. */
export function detail({ said }: Piece): string {
  if (said instanceof WireError) return `Malformed: ${said.message}`;
  const shown = Object.entries(said).map(([name, value]) => [name, show(name, value, parsed)]);
  return cut(JSON.stringify(Object.fromEntries(shown), null, 1), DETAIL_CHARS_MAX);
}

/** Its bytes in hex, what proves who somebody is left out. */
export function hex({ bytes, secrets }: Piece): string {
  const pairs = toHex(bytes.subarray(0, HEX_BYTES_MAX), ' ').split(' ');
  for (const [start, end] of secrets) pairs.fill('··', start, Math.min(end, pairs.length));
  const lines = [];
  for (let at = 0; at < pairs.length; at += HEX_BYTES_A_LINE) {
    const offset = at.toString(16).padStart(4, '0');
    lines.push(`${offset}  ${pairs.slice(at, at + HEX_BYTES_A_LINE).join(' ')}`);
  }
  const more = bytes.length - HEX_BYTES_MAX;
  if (more > 0) lines.push(`… and ${more} bytes more`);
  return lines.join('\n');
}

/** A line of the log as text, for a report. */
export function asText({ timeMs, from, type, room, piece, count, bytes }: Entry): string {
  const bare = hex(piece).replaceAll(/(^|\n)[0-9a-f]{4} /g, '').trim();
  const times = count > 1 ? ` ×${count}` : '';
  const arrow = from === 'client' ? '↑' : '↓';
  const what = `${clock(timeMs)} ${arrow} ${type}${times} ${room} ${size(bytes)}`;
  return `${what} | ${summary(piece)} | ${bare}`;
}

/** A field's value as people read it; `json` makes of a text of JSON what is shown of it. */
function show(name: string, value: unknown, json: (text: string) => unknown): unknown {
  switch (name) {
    case 'token':
    case 'resume':
      return SECRET;
    case 'x':
    case 'y':
      return Number(share(value as number));
    case 'cursors':
      return (value as number[][]).map(([user, x, y]) => `#${user} ${share(x)} ${share(y)}`);
    case 'fields':
      return Object.fromEntries(
        (value as [number, unknown][]).map((field) => showField(field, json)),
      );
    case 'payload':
      return payloadOf(value as string, json);
    default:
      return value;
  }
}

function showField([tag, value]: [number, unknown], json: (text: string) => unknown): Shown {
  const name = TAGS[tag] ?? `tag ${tag}`;
  if (value === null) return [name, null];
  if (tag === 3) return [name, (value as number[]).map((side) => Number(share(side)))];
  if (tag === 4) return [name, ACTIVITIES[value as number]];
  return [name, tag === 5 ? json(value as string) : value];
}

/** A payload, given as hex, as what it is: text or else the hex. */
function payloadOf(payload: string, json: (text: string) => unknown): unknown {
  try {
    return json(utf8(fromHex(payload), 'payload'));
  } catch {
    return payload;
  }
}

const asItIs = (text: string): unknown => text;

/** JSON that can be written out again, or else the text. */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    JSON.stringify(value);
    return value;
  } catch {
    return text;
  }
}

/** A wire coordinate as the fraction that it is. */
function share(wire = 0): string {
  return (wire / STEPS).toFixed(4);
}

function cut(text: string, chars_max: number): string {
  return text.length > chars_max ? `${text.slice(0, chars_max)}…` : text;
}
