// The wasm and its glue, made ready for the bundles: wasm/glue.js, wasm/bytes.js and dist/core_bg.wasm.
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { lettersOf } from './letters.mjs';
import { pack } from './pack.mjs';
import { at } from './paths.mjs';
import { shorten } from './shorten.mjs';
import { trim } from './trim.mjs';

/** Reads wasm/core.js and wasm/core_bg.wasm, which wasm-pack made. */
export async function writeGlue() {
  // The glue as a function: each call has variables of its own, hence a wasm instance of its own.
  // Every export goes through `guard`, which sees a trap on whatever way it was reached. It is given
  // what reads and writes UTF-8, because not every place has the classes for it.
  const glue = await build({
    stdin: {
      contents: trim(readFileSync(at('wasm/core.js'), 'utf8')),
      resolveDir: at('wasm'),
    },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    minifySyntax: true,
  });
  const [, body, exported] = glue.outputFiles[0].text.match(/^(.*)export \{(.*)\};\s*$/s);
  const { wasm, glue: shortened } = shorten(readFileSync(at('wasm/core_bg.wasm')), body);
  const returned = exported.replaceAll(/(\w+) as (\w+)/g, '$2: $1');
  writeFileSync(
    at('wasm/glue.js'),
    `export default function makeGlue(guard, encode, decode) {\n${shortened}\nreturn {${returned}};\n}\n`,
  );
  writeFileSync(
    at('wasm/glue.d.ts'),
    'export default function makeGlue(\n' +
      '  guard: (exports: object) => object,\n' +
      '  encode: (text: string) => Uint8Array,\n' +
      '  decode: (bytes: Uint8Array) => string,\n' +
      '): unknown;\n',
  );

  const packed = lettersOf(await pack(wasm));
  writeFileSync(at('wasm/bytes.js'), `export default "${packed}";\n`);
  writeFileSync(at('wasm/bytes.d.ts'), 'declare const packed: string;\nexport default packed;\n');
  writeFileSync(at('dist/core_bg.wasm'), wasm);
  writeFileSync(at('dist/core.wasm.d.ts'), 'declare const url: string;\nexport default url;\n');
}
