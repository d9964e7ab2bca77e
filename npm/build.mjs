// Builds dist/: the facade, the glue and the wasm in one file for each kind of module, the wasm by
// itself, and the types. Needs wasm/core.js and wasm/core_bg.wasm, which wasm-pack makes.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import lzma from 'lzma';
import { shorten } from './shorten.mjs';

/** What a page downloads for all of it, compressed: a budget, so that it does not grow unseen. */
const GZIP_BYTES_MAX = 40_000;

const root = dirname(fileURLToPath(import.meta.url));
const at = (...parts) => join(root, ...parts);

function fail(message) {
  console.error(message);
  process.exit(1);
}

if (!existsSync(at('wasm/core.js'))) {
  fail('wasm/core.js is missing: `cargo xtask` builds it, with wasm-pack from client-wasm.');
}
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
if (!readFileSync(at('src/version.ts'), 'utf8').includes(`'${version}'`)) {
  fail(`src/version.ts does not say ${version}, as package.json does.`);
}

// The glue as a function: each call has variables of its own, hence a wasm instance of its own.
// Every export goes through `guard`, which sees a trap on whatever way it was reached.
const glue = await build({
  stdin: { contents: "export { default, version, Core } from './core.js'", resolveDir: at('wasm') },
  bundle: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  minifySyntax: true,
  // The facade compiles the module and frees what it makes: no fetching, no finalizers.
  define: {
    Response: 'undefined',
    Request: 'undefined',
    URL: 'undefined',
    FinalizationRegistry: 'undefined',
  },
});
const [whole, body, exported] = glue.outputFiles[0].text.match(/^(.*)export \{(.*)\};\s*$/s);
const guarded = body.replace('= instance.exports', '= guard(instance.exports)');
if (guarded === body) fail(`the glue of this wasm-bindgen is not as expected:\n${whole}`);
const { wasm, glue: shortened } = shorten(readFileSync(at('wasm/core_bg.wasm')), guarded);
const returned = exported.replaceAll(/(\w+) as (\w+)/g, '$2: $1');
writeFileSync(
  at('wasm/glue.js'),
  `export default function makeGlue(guard) {\n${shortened}\nreturn {${returned}};\n}\n`,
);
writeFileSync(
  at('wasm/glue.d.ts'),
  'export default function makeGlue(guard: (exports: object) => object): unknown;\n',
);

const packed = Buffer.from(lzma.compress(wasm, 9)).toString('base64');
writeFileSync(at('wasm/bytes.js'), `export default '${packed}';\n`);
writeFileSync(at('wasm/bytes.d.ts'), 'declare const packed: string;\nexport default packed;\n');

rmSync(at('dist'), { recursive: true, force: true });
mkdirSync(at('dist'));
writeFileSync(at('dist/core_bg.wasm'), wasm);
writeFileSync(at('dist/core.wasm.d.ts'), 'declare const url: string;\nexport default url;\n');

const formats = {
  'index.js': { format: 'esm' },
  'index.cjs': { format: 'cjs' },
  'index.global.js': { format: 'iife', globalName: 'Mote' },
};
for (const [name, options] of Object.entries(formats)) {
  await build({
    entryPoints: [at('src/index.ts')],
    outfile: at('dist', name),
    bundle: true,
    minify: true,
    target: 'es2022',
    legalComments: 'none',
    ...options,
  });
}

writeTypes();

const gzipped = gzipSync(readFileSync(at('dist/index.js')), { level: 9 }).length;
if (gzipped > GZIP_BYTES_MAX) {
  fail(
    `dist/index.js is ${gzipped} bytes with gzip, over its budget of ${GZIP_BYTES_MAX}: ` +
      '`npm run size` says what is large.',
  );
}

/** The declarations that index.d.ts needs, each for `import` and again for `require`. */
function writeTypes() {
  const emitted = at('wasm/types');
  rmSync(emitted, { recursive: true, force: true });
  const args = ['tsc', '-p', at('tsconfig.build.json'), '--outDir', emitted];
  const tsc = spawnSync('npx', ['--no-install', ...args], { cwd: root, stdio: 'inherit' });
  if (tsc.status !== 0) fail('the types do not build.');
  const wanted = ['index.d.ts'];
  for (const name of wanted) {
    const text = readFileSync(join(emitted, name), 'utf8');
    for (const [, other] of text.matchAll(/from '\.\/(.+?)\.js'/g)) {
      if (!wanted.includes(`${other}.d.ts`)) wanted.push(`${other}.d.ts`);
    }
    writeFileSync(at('dist', name), text);
    const common = text.replaceAll(/from '(\.\/.+?)\.js'/g, "from '$1.cjs'");
    writeFileSync(at('dist', name.replace('.d.ts', '.d.cts')), common);
  }
}
