import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const docs = join(root, '../docs');
const pages = [
  join(root, 'README.md'),
  ...readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(docs, name)),
];

/** The examples of a page: their language and their code. */
const examples = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/^```(tsx?)\n(.+?)^```/gms)].map(
    ([, language, code]) => [language, code] as [string, string],
  );

it('every example of the documentation compiles against the package as it is published', () => {
  const all = pages.flatMap(examples);
  expect(all.length).toBeGreaterThan(10);
  const folder = mkdtempSync(join(root, 'test/readme-'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options =
    '--noEmit --strict --noUncheckedIndexedAccess --skipLibCheck --ignoreConfig --jsx react-jsx ' +
    '--target es2022 --module nodenext --lib es2022,dom,dom.iterable --types node,react';
  try {
    // Each by itself: what one declares globally is not there for the others.
    all.forEach(([language, code], i) => {
      const file = join(folder, `example-${i}.${language === 'tsx' ? 'tsx' : 'mts'}`);
      writeFileSync(file, code);
      try {
        execFileSync(process.execPath, [tsc, ...options.split(' '), file], {
          cwd: root,
          encoding: 'utf8',
        });
      } catch (error) {
        expect((error as { stdout: string }).stdout, code).toBe('');
        throw error;
      }
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
