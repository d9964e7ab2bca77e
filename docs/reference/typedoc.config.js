// The API reference, from the types and comments of what is published: dist/index.html.
import { ENTRIES } from '../../npm/build/entries.mjs';

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: '@mote/presence',
  entryPoints: ENTRIES.map(({ source }) => `../../npm/${source}`),
  tsconfig: '../../npm/tsconfig.build.json',
  out: 'dist',
  readme: '../../npm/README.md',
  excludePrivate: true,
  excludeInternal: true,
  hideGenerator: true,
  disableSources: true,
  // A reference that lacks a word, or names what a reader cannot find, is not finished.
  requiredToBeDocumented: [
    'Class',
    'Enum',
    'Function',
    'Interface',
    'Method',
    'TypeAlias',
    'Variable',
  ],
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  // Users declare it; what for is said at DefaultPresence.
  intentionallyNotExported: ['__global.Mote'],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
};
