/** The version of this package; the build checks it against package.json and the wasm. */
export const VERSION = '0.1.0';
