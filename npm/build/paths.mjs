// Where things are, and how a build fails.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The npm/ folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A path in it. */
export const at = (...parts) => join(root, ...parts);

/** Ends the build with a sentence. */
export function fail(message) {
  console.error(message);
  process.exit(1);
}
