// What is published: each entry of the package, the module kinds it is built as, and its budget.

/**
 * @typedef {object} Entry
 * @property {string} source its source, from npm/
 * @property {string} name its name in dist/
 * @property {('esm' | 'cjs' | 'iife')[]} formats the kinds of module
 * @property {string} [banner] what the built file begins with
 * @property {true} [sharesTypes] another form of an entry before, whose declarations are its own
 */

/** @type {Entry[]} */
export const ENTRIES = [
  { source: 'src/index.ts', name: 'index', formats: ['esm', 'cjs', 'iife'] },
  { source: 'src/index.workerd.ts', name: 'index.workerd', formats: ['esm'], sharesTypes: true },
  { source: 'src/index.edge.ts', name: 'index.edge', formats: ['esm'], sharesTypes: true },
];

/** The file that an entry becomes. */
export const EXTENSIONS = { esm: '.js', cjs: '.cjs', iife: '.global.js' };

/**
 * What a page downloads for these lines, minified and compressed with gzip, at most: so that it does
 * not grow unseen. What `without` names is not counted: peer dependencies, other lines of this table.
 *
 * @type {{ what: string, code: string, without?: string[], gzip_bytes_max: number }[]}
 */
export const BUDGETS = [
  { what: 'the core', code: "export * from './dist/index.js'", gzip_bytes_max: 40_000 },
];
