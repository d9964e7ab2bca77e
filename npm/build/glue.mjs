// The wasm and its glue, made ready for the bundles: wasm/glue.js, wasm/bytes.js and dist/core_bg.wasm.
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { pack } from './pack.mjs';
import { at, fail } from './paths.mjs';
import { shorten } from './shorten.mjs';

/** Reads wasm/core.js and wasm/core_bg.wasm, which wasm-pack made. */
export async function writeGlue() {
  // The glue as a function: each call has variables of its own, hence a wasm instance of its own.
  // Every export goes through `guard`, which sees a trap on whatever way it was reached. It is given
  // the classes for UTF-8, because not every place has them.
  const glue = await build({
    stdin: {
      contents: "export { default, version, Core } from './core.js'",
      resolveDir: at('wasm'),
    },
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
    'export default function makeGlue(guard, TextEncoder, TextDecoder) {\n' +
      `${shortened}\nreturn {${returned}};\n}\n`,
  );
  writeFileSync(
    at('wasm/glue.d.ts'),
    'export default function makeGlue(guard: (exports: object) => object, ' +
      'TextEncoder: unknown, TextDecoder: unknown): unknown;\n',
  );

  const packed = Buffer.from(await pack(wasm)).toString('base64');
  writeFileSync(at('wasm/bytes.js'), `export default '${packed}';\n`);
  writeFileSync(at('wasm/bytes.d.ts'), 'declare const packed: string;\nexport default packed;\n');
  writeFileSync(at('dist/core_bg.wasm'), wasm);
  writeFileSync(at('dist/core.wasm.d.ts'), 'declare const url: string;\nexport default url;\n');
}
