// Cuts out of wasm-bindgen's JavaScript what this package has no use for: other ways of loading,
// finalizers, classes that are missing somewhere, memory given back after an exception (only a trap
// makes one there, and after it the instance is not used any more).
import { fail } from './paths.mjs';

/** The functions that are replaced. `encode` and `decode` are the facade's, of UTF-8. */
const FUNCTIONS = {
  passStringToWasm0:
    'function passStringToWasm0(arg, malloc) {\n' +
    '    return passArray8ToWasm0(encode(arg), malloc);\n}\n',
  decodeText: '',
  initSync: '',
  __wbg_load: '',
  __wbg_init_once: '',
  __wbg_init:
    'async function __wbg_init(module) {\n' +
    '    const instance = await WebAssembly.instantiate(module, __wbg_get_imports());\n' +
    '    return __wbg_finalize_init(instance);\n}\n',
};

/** The other pieces: what they are, and what comes in their place. */
const PIECES = [
  [/^const (CoreFinalization|CLOSURE_DTORS) = .*?\);\n/gms, ''],
  [/^ *(CoreFinalization|CLOSURE_DTORS)\.(un)?register\(.*?\);\n/gm, ''],
  [/^if \(Symbol\.dispose\).*?\n/gm, ''],
  [/^let cachedTextDecoder = .*?;\ncachedTextDecoder\.decode\(\);\n/gms, ''],
  [/^const MAX_SAFARI_DECODE_BYTES = .*?;\nlet numBytesDecoded = 0;\n/gm, ''],
  [/^const cachedTextEncoder = .*?;\n/gm, ''],
  [/^if \(!\('encodeInto' in cachedTextEncoder\)\) \{.*?^\}\n/gms, ''],
  [/\bdecodeText\(/g, 'decode('],
  [/, wasm\.__wbindgen_realloc\b/g, ''],
  [/^let __wbg_init_promise;\n/gm, ''],
  [/^let wasmModule, wasmInstance, wasm;\n/gm, 'let wasm;\n'],
  [/^ *(wasmModule|wasmInstance) = .*?;\n/gm, ''],
  [/^ *try \{\n((?: *(?:ptr|len)\d = .*?;\n)+) *\} catch \(e\) \{.*?throw e;\n *\}\n/gms, '$1'],
  [/ = instance\.exports;/g, ' = guard(instance.exports);'],
  [/export \{ initSync, /g, 'export { '],
  // Names of properties are not minified.
  [/\b__wbg_ptr\b/g, '$p'],
  [/\b_wbg_cb_unref\b/g, '$u'],
  [/\b__destroy_into_raw\b/g, '$d'],
];

/** Makes the glue smaller; fails where it is not as expected, in another wasm-bindgen's output. */
export function trim(glue) {
  let text = glue;
  const replace = (pattern, by) => {
    const replaced = text.replaceAll(pattern, by);
    if (replaced === text) fail(`the glue of this wasm-bindgen has nothing like ${pattern}`);
    text = replaced;
  };
  for (const [name, by] of Object.entries(FUNCTIONS)) {
    replace(new RegExp(`^(async )?function ${name}\\(.*?^\\}\\n`, 'gms'), by);
  }
  for (const [pattern, by] of PIECES) replace(pattern, by);
  return text;
}
