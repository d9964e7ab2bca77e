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
  {
    source: 'src/react/index.ts',
    name: 'react',
    formats: ['esm', 'cjs'],
    // Next.js reads the first line: its server components may import this.
    banner: "'use client';",
  },
  { source: 'src/inspector.ts', name: 'inspector', formats: ['esm', 'cjs'] },
  { source: 'src/overlay/index.ts', name: 'cursors', formats: ['esm', 'cjs'] },
  { source: 'src/element/index.ts', name: 'element', formats: ['esm', 'cjs', 'iife'] },
  { source: 'src/server.ts', name: 'server', formats: ['esm', 'cjs'] },
  { source: 'src/testing.ts', name: 'testing', formats: ['esm', 'cjs'] },
];

/** The file that an entry becomes. */
export const EXTENSIONS = { esm: '.js', cjs: '.cjs', iife: '.global.js' };

/** The application's own. */
const REACT = ['react', 'react/jsx-runtime'];

/**
 * What a page downloads for these lines, minified and compressed with gzip, at most: so that it does
 * not grow unseen. What `without` names is not counted: peer dependencies, other lines of this table.
 *
 * @type {{ what: string, code: string, without?: string[], gzip_bytes_max: number }[]}
 */
export const BUDGETS = [
  { what: 'the core', code: "export * from './dist/index.js'", gzip_bytes_max: 25_600 },
  {
    what: './cursors',
    code: "export * from './dist/cursors.js'",
    without: ['@mote/presence'],
    gzip_bytes_max: 5_700,
  },
  {
    what: './react, hooks alone',
    code: "export { MoteProvider, RoomProvider, shallow, useBroadcastEvent, useClient, useCount, useCursors, useErrorListener, useEventListener, useLostConnectionListener, useMyPresence, useOther, useOthers, useOthersConnectionIds, useOthersListener, useOthersMapped, usePeople, usePresence, useRoom, useSelf, useStatus, useUpdateCursor, useUpdateMyPresence } from './dist/react.js'",
    without: [...REACT, '@mote/presence', '@mote/presence/cursors'],
    gzip_bytes_max: 3_072,
  },
  {
    what: './react, components too',
    code: "export * from './dist/react.js'",
    without: [...REACT, '@mote/presence', '@mote/presence/cursors'],
    gzip_bytes_max: 6_000,
  },
  {
    what: './element, without cursors and core',
    code: "import './dist/element.js'",
    without: ['@mote/presence', '@mote/presence/cursors'],
    gzip_bytes_max: 3_000,
  },
  {
    what: './inspector, while developing',
    code: "export * from './dist/inspector.js'",
    without: ['@mote/presence'],
    gzip_bytes_max: 12_000,
  },
  {
    what: './server, in a backend',
    code: "export * from './dist/server.js'",
    gzip_bytes_max: 4_700,
  },
  {
    what: './testing, in tests only',
    code: "export * from './dist/testing.js'",
    gzip_bytes_max: 14_500,
  },
];
