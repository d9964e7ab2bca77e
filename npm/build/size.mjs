// What a browser downloads: a line for each budget, and the files as they are.
import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { BUDGETS } from './entries.mjs';
import { at, fail, root } from './paths.mjs';

/** Fails when something is larger than it may be. */
export async function checkBudgets() {
  for (const { what, code, without = [], gzip_bytes_max } of BUDGETS) {
    const { gzip } = sizes(await bundled(code, without));
    if (gzip > gzip_bytes_max) {
      fail(
        `${what} is ${gzip} bytes with gzip, over its budget of ${gzip_bytes_max}: ` +
          '`npm run size` says what is large.',
      );
    }
  }
}

/** What a bundler makes of these lines. */
async function bundled(code, without) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    external: without,
  });
  return outputFiles[0].contents;
}

function sizes(bytes) {
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  };
}

async function print() {
  const row = (...cells) =>
    cells.map((cell, i) => (i === 0 ? `${cell}`.padEnd(28) : `${cell}`.padStart(9))).join('');
  console.log(row('bytes', 'raw', 'gzip', 'budget', 'brotli'));
  for (const { what, code, without = [], gzip_bytes_max } of BUDGETS) {
    const { raw, gzip, brotli } = sizes(await bundled(code, without));
    console.log(row(what, raw, gzip, gzip_bytes_max, brotli));
  }
  const { raw, gzip, brotli } = sizes(readFileSync(at('dist/core_bg.wasm')));
  console.log(row('core_bg.wasm', raw, gzip, '', brotli));
}

if (process.argv[1] === at('build/size.mjs')) await print();
