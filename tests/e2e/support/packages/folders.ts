// Where things are: the sources in the checkout, and everything else in the cache beside it.

import { homedir } from 'node:os';
import path from 'node:path';
import { repository } from '../paths.ts';

export const npmFolder = path.join(repository, 'npm');

/** Places where the package must run, as installed together: what is copied, in this order. */
export const groups = {
  next: ['demo/nextjs', 'tests/packages/next'],
  pages: ['tests/packages/pages'],
  node: ['tests/packages/node'],
  workerd: ['tests/packages/workerd'],
};

export type Group = keyof typeof groups;

export const sources = (group: Group): string[] =>
  groups[group].map((folder) => path.join(repository, folder));

/** Like xtask's: outside the checkout, so that a second checkout need not download again. */
const cache = process.env.MOTE_CACHE ?? path.join(homedir(), '.cache/mote');

export const packagesCache = path.join(cache, 'packages');

/** What a run makes, and removes at its end; named by the process that does. */
export const runFolder = (pid: number): string => path.join(packagesCache, `run-${pid}`);

/** What pack.ts made for all the tests of this run. */
export const made = () => ({
  folder: process.env.MOTE_PACKAGES_FOLDER ?? '',
  tarball: process.env.MOTE_PACKAGES_TARBALL ?? '',
  moteUrl: process.env.MOTE_PACKAGES_URL ?? '',
});
