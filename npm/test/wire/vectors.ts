// Reads the vector files of protocol/vectors; their README says how they are written.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fromHex } from './bytes';

const FOLDER = fileURLToPath(new URL('../../../protocol/vectors/', import.meta.url));

export interface Case {
  name: string;
  says: unknown;
  bytes: Uint8Array;
}

export const files = (): string[] => readdirSync(FOLDER).filter((name) => name.endsWith('.hex'));

export const read = (file: string): string => readFileSync(FOLDER + file, 'utf8');

export const cases = (file: string): Case[] => read(file).split('\n## ').slice(1).map(parse);

const parse = (text: string): Case => {
  const [name = '', ...lines] = text.split('\n');
  const json = lines.filter((line) => line.startsWith('= ')).map((line) => line.slice(2));
  const groups = lines
    .filter((line) => !line.startsWith('= '))
    .flatMap((line) => line.split('#')[0]!.split(/\s+/))
    .filter((group) => group !== '');
  const says: unknown = JSON.parse(json.join(' '), (_key, value) => expand(value));
  return { name, says, bytes: fromHex(groups.map(repeat).join('')) };
};

const repeat = (group: string): string => {
  const [hex = '', times = '1'] = group.split('*');
  return hex.repeat(Number(times));
};

const expand = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('repeat' in value)) return value;
  const { repeat: text, times } = value as unknown as { repeat: string; times: number };
  return text.repeat(times);
};
