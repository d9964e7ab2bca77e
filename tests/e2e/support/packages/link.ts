// Copying node_modules of ten thousand files in a second: the copies share their content.

import { copyFileSync, linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/** npm writes this one in place: a copy of its own keeps the cache's as it is. */
const REWRITTEN = '.package-lock.json';

/** Makes `to` like `from`, on the same file system, with hard links to its files. */
export function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [old, made] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) linkTree(old, made);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(old), made);
    else if (entry.name === REWRITTEN) copyFileSync(old, made);
    else linkSync(old, made);
  }
}
