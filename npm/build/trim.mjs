// Cuts out of wasm-bindgen's JavaScript what this package has no use for: other ways of loading,
// finalizers, classes that are missing somewhere, wrappers of exports that the facade calls itself.
import { fail } from './paths.mjs';

/** The functions that are replaced. `decode` is the facade's, of UTF-8. */
const FUNCTIONS = {
  getArrayU8FromWasm0:
    'function getArrayU8FromWasm0(ptr, len) {\n' +
    '    return new Uint8Array(wasm.memory.buffer, ptr >>> 0, len);\n}\n',
  getStringFromWasm0:
    'function getStringFromWasm0(ptr, len) {\n' +
    '    return decode(getArrayU8FromWasm0(ptr, len));\n}\n',
  getUint8ArrayMemory0: '',
  handleError:
    'function handleError(f) {\n' +
    '    return (...args) => {\n' +
    '        try {\n' +
    '            return f(...args);\n' +
    '        } catch (e) {\n' +
    '            wasm.__wbindgen_exn_store(addToExternrefTable0(e));\n' +
    '        }\n' +
    '    };\n}\n',
  decodeText: '',
  initSync: '',
  __wbg_load: '',
  __wbg_init_once: '',
  __wbg_finalize_init: '',
  __wbg_init:
    'async function __wbg_init(module) {\n' +
    '    const instance = await WebAssembly.instantiate(module, __wbg_get_imports());\n' +
    '    wasm = guard(instance.exports);\n' +
    '    wasm.__wbindgen_start();\n' +
    '    return wasm;\n}\n',
};

/** The other pieces: what they are, and what comes in their place. */
const PIECES = [
  [/^const CLOSURE_DTORS = .*?\);\n/gms, ''],
  [/^ *CLOSURE_DTORS\.(un)?register\(.*?\);\n/gm, ''],
  [/^let cachedTextDecoder = .*?;\ncachedTextDecoder\.decode\(\);\n/gms, ''],
  [/^const MAX_SAFARI_DECODE_BYTES = .*?;\nlet numBytesDecoded = 0;\n/gm, ''],
  [/^let cachedUint8ArrayMemory0 = null;\n/gm, ''],
  [/^ *__proto__: null,\n/gm, ''],
  [/^let __wbg_init_promise;\n/gm, ''],
  [/^let wasmModule, wasmInstance, wasm;\n/gm, 'let wasm;\n'],
  [/function\(\) \{ return handleError\(function /g, 'handleError(function'],
  [/\}, arguments\); \},$/gm, '}),'],
  [/(: |handleError\()function\((.*?)\) \{$/gm, '$1($2) => {'],
  [/^export function /gm, 'function '],
  [/export \{ initSync, /g, 'export { '],
  // Names of properties are not minified.
  [/\b_wbg_cb_unref\b/g, '$u'],
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
