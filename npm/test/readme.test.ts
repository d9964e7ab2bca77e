import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

it('every example of the README compiles against the package as it is published', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/^```ts\n(.+?)^```/gms)].map(([, code]) => code as string);
  expect(examples.length).toBeGreaterThan(4);
  const folder = mkdtempSync(join(root, 'test/readme-'));
  try {
    // Each by itself: what one declares globally is not there for the others.
    examples.forEach((code, i) => {
      const file = join(folder, `example-${i}.mts`);
      writeFileSync(file, code);
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      const options =
        '--noEmit --strict --noUncheckedIndexedAccess --skipLibCheck --ignoreConfig ' +
        '--target es2022 --module nodenext --lib es2022,dom,dom.iterable --types node';
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
