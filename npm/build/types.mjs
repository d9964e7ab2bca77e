// The declarations of every entry, each for `import` and again for `require`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { ENTRIES } from './entries.mjs';
import { at, fail, root } from './paths.mjs';

/** Writes what the entries' declarations need into dist/; a file keeps its place under src/. */
export function writeTypes() {
  const emitted = at('wasm/types');
  rmSync(emitted, { recursive: true, force: true });
  const args = ['tsc', '-p', at('tsconfig.build.json'), '--outDir', emitted];
  const tsc = spawnSync('npx', ['--no-install', ...args], { cwd: root, stdio: 'inherit' });
  if (tsc.status !== 0) fail('the types do not build.');

  const typed = ENTRIES.filter(({ sharesTypes }) => !sharesTypes);
  const wanted = typed.map(({ source }) => source.replace(/^src\/(.*)\.tsx?$/, '$1'));
  for (const name of wanted) {
    const text = readFileSync(join(emitted, `${name}.d.ts`), 'utf8');
    for (const [, other] of text.matchAll(/(?:from |import\()'(\.{1,2}\/.+?)\.js'/g)) {
      const found = posix.join(posix.dirname(name), other);
      if (!wanted.includes(found)) wanted.push(found);
    }
    const file = at('dist', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.d.ts`, text);
    const common = text.replaceAll(/((?:from |import\()'\.{1,2}\/.+?)\.js'/g, "$1.cjs'");
    writeFileSync(`${file}.d.cts`, common);
  }
}
