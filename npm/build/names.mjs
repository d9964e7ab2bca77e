// Names of members that nobody sees but the package's own modules: short in what is published.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, fail } from './paths.mjs';

/** A name that is public, that the platform has or that is a string anywhere must not be here. */
const NAMES = [
  'attach',
  'clock',
  'collectCursors',
  'cursorHz',
  'depart',
  'dispatch',
  'dispatchCursors',
  'emit',
  'floats',
  'getInstance',
  'hashes',
  'hear',
  'isAs',
  'isDead',
  'isMoving',
  'isOver',
  'isUntold',
  'leases',
  'lostConnectionMs',
  'opcode',
  'pageHidden',
  'pageOffline',
  'pageShown',
  'schedule',
  'scheduleFrame',
  'sendActivity',
  'sendAll',
  'sendCursor',
  'sendHidden',
  'sendPresence',
  'sendSelection',
  'sendSurface',
  'sendViewport',
  'setField',
  'soon',
  'updateCustom',
];

/** No member of a public object has such a name: positions and matrices have a to f, x and y. */
const SHORT = 'ghijklmnopqrstuvwzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * What esbuild makes of them, the same in every file: entries share objects, and so do two copies of
 * the package in a page.
 */
export const MANGLING = {
  mangleProps: new RegExp(`^(${NAMES.join('|')})$`),
  mangleCache: Object.fromEntries(NAMES.map((name, i) => [name, SHORT[i]])),
};

/** Fails when a name does not belong above; dist/ is complete. */
export function checkNames() {
  const used = wordsOf('src', /\.ts$/);
  // Of the two files left out, `load` and its source are public.
  const kept = wordsOf('dist', /(?<!^core|^load)\.(js|cjs|d\.ts)$/);
  const platform = wordsOf('node_modules/@typescript', /^lib\.(es|dom).*\.d\.ts$/, MEMBER);
  for (const [i, name] of NAMES.entries()) {
    if (!SHORT[i]) fail(`build/names.mjs has no short name left for ${name}.`);
    if (!used.has(name)) fail(`build/names.mjs has ${name}, which is not used any more.`);
    if (kept.has(name)) fail(`build/names.mjs has ${name}, which is public or a string.`);
    if (platform.has(name)) fail(`build/names.mjs has ${name}, which the platform has, too.`);
  }
}

const WORD = /[\w$]+/g;
/** A word that something is declared with. */
const MEMBER = /[\w$]+(?=\??[:(<])/g;

/** Every word in a folder's files of some names. */
function wordsOf(folder, names, word = WORD) {
  const files = readdirSync(at(folder), { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile() && names.test(file.name))
    .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'));
  return new Set(texts.flatMap((text) => text.match(word) ?? []));
}
