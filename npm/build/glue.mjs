// The wasm and its glue, made ready for the bundles: wasm/glue.js, wasm/bytes.js and dist/core_bg.wasm.
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { lettersOf } from './letters.mjs';
import { pack } from './pack.mjs';
import { at } from './paths.mjs';
import { shorten } from './shorten.mjs';
import { trim } from './trim.mjs';

const CUSTOM = 0;

/**
 * Reads wasm/core.js and wasm/core_bg.wasm, which wasm-pack made. `version` is written into the module:
 * the facade works with no other than its own.
 */
export async function writeGlue(version) {
  // The glue as a function: each call has variables of its own, hence a wasm instance of its own.
  // Every export goes through `guard`, which sees a trap on whatever way it was reached. It is given
  // what reads UTF-8, because not every place has the class for it.
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
  const [, body, init] = glue.outputFiles[0].text.match(
    /^(.*)export \{\s*(\w+) as default\s*\};\s*$/s,
  );
  const { wasm: bare, glue: shortened } = shorten(readFileSync(at('wasm/core_bg.wasm')), body);
  writeFileSync(
    at('wasm/glue.js'),
    'export default function instantiate(module, guard, decode, connect, wake) {\n' +
      `${shortened}\nreturn ${init}(module);\n}\n`,
  );
  writeFileSync(
    at('wasm/glue.d.ts'),
    'export default function instantiate(\n' +
      '  module: WebAssembly.Module,\n' +
      '  guard: (exports: object) => object,\n' +
      '  decode: (bytes: Uint8Array) => string,\n' +
      '  connect: (isProxied: boolean, redirect: string) => unknown,\n' +
      '  wake: () => void,\n' +
      '): Promise<unknown>;\n',
  );

  const section = Buffer.from(`\u0007version${version}`);
  const wasm = Buffer.concat([bare, Buffer.of(CUSTOM, section.length), section]);
  const packed = lettersOf(await pack(wasm));
  writeFileSync(at('wasm/bytes.js'), `export default "${packed}";\n`);
  writeFileSync(at('wasm/bytes.d.ts'), 'declare const packed: string;\nexport default packed;\n');
  writeFileSync(at('dist/core_bg.wasm'), wasm);
  writeFileSync(at('dist/core.wasm.d.ts'), 'declare const url: string;\nexport default url;\n');
}
