/** The version of this package; the build checks it against package.json and writes it into the wasm. */
export const VERSION = '0.1.0';
