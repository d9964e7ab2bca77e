/** Reads the golden vectors; `protocol/vectors/README.md` says how they are written. */
import { readdirSync, readFileSync } from 'node:fs';
import { fromHex } from './bytes.js';

const FOLDER = new URL('../../../protocol/vectors/', import.meta.url);

export interface Case {
  name: string;
  says: unknown;
  bytes: Uint8Array;
}

/** The names of the files of one kind, such as `client-`. */
export function files(prefix: string): string[] {
  return readdirSync(FOLDER).filter((name) => name.startsWith(prefix) && name.endsWith('.hex'));
}

export function cases(file: string): Case[] {
  const [, ...sections] = readFileSync(new URL(file, FOLDER), 'utf8').split(/^## /m);
  return sections.map((section) => {
    const [name = '', ...lines] = section.split('\n');
    const json = lines.filter((line) => line.startsWith('= ')).map((line) => line.slice(2));
    const hex = lines.filter((line) => !line.startsWith('= ')).map(withoutComment);
    return { name, says: JSON.parse(json.join(' '), expand), bytes: fromHex(hex.join('')) };
  });
}

/** What `coords.json` holds. */
export interface Coords {
  rounding: [fraction: number, wire: number][];
  surfaces: {
    name: string;
    surface: Record<string, number> & { kind: 'viewport' | 'element' | 'document' };
    points: { client: [number, number]; fraction: [number, number] }[];
  }[];
}

export function coords(): Coords {
  return JSON.parse(readFileSync(new URL('coords.json', FOLDER), 'utf8'));
}

/** The bytes of a line, `61*3` written out. */
function withoutComment(line: string): string {
  const groups = line.replace(/#.*/, '').trim().split(/\s+/);
  return groups.map((group) => {
    const [bytes = '', times = '1'] = group.split('*');
    return bytes.repeat(Number(times));
  }).join('');
}

/** `{"repeat": "a", "times": 3}` is `aaa`. */
function expand(_key: string, value: unknown): unknown {
  const isRepeat = typeof value === 'object' && value !== null && 'repeat' in value;
  if (!isRepeat) return value;
  const { repeat, times } = value as unknown as { repeat: string; times: number };
  return repeat.repeat(times);
}
