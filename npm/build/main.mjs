// Builds dist/: each entry as each kind of module, the wasm by itself, and the types. Needs
// wasm/core.js and wasm/core_bg.wasm, which wasm-pack makes.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { ENTRIES, EXTENSIONS } from './entries.mjs';
import { writeGlue } from './glue.mjs';
import { checkNames, MANGLING } from './names.mjs';
import { at, fail } from './paths.mjs';
import { checkBudgets } from './size.mjs';
import { writeTypes } from './types.mjs';

if (!existsSync(at('wasm/core.js'))) {
  fail('wasm/core.js is missing: `cargo xtask` builds it, with wasm-pack from client-wasm.');
}
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
if (!readFileSync(at('src/version.ts'), 'utf8').includes(`'${version}'`)) {
  fail(`src/version.ts does not say ${version}, as package.json does.`);
}

rmSync(at('dist'), { recursive: true, force: true });
mkdirSync(at('dist'));
await writeGlue(version);
/** The entries that others import, by the names they do it with. */
const OWN = {
  '@mote/presence': at('src/index.ts'),
  '@mote/presence/cursors': at('src/overlay/index.ts'),
};
const PEERS = ['react', 'react/jsx-runtime'];

for (const { source, name, formats, banner } of ENTRIES) {
  for (const format of formats) {
    await build({
      entryPoints: [at(source)],
      outfile: at('dist', `${name}${EXTENSIONS[format]}`),
      format,
      bundle: true,
      minify: true,
      target: 'es2022',
      legalComments: 'none',
      ...MANGLING,
      // Another entry of this package, a peer dependency: never bundled a second time, except into
      // the one file of a page without modules. Nor the wasm where the runtime finds it.
      ...(format === 'iife'
        ? { alias: OWN }
        : { external: [...Object.keys(OWN), ...PEERS, './core_bg.wasm*'] }),
      jsx: 'automatic',
      ...(format === 'iife' ? { globalName: 'Mote' } : {}),
      ...(banner ? { banner: { js: banner } } : {}),
    });
  }
}
writeTypes();
checkNames();
await checkBudgets();
