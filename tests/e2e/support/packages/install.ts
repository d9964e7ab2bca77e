// A group's folder with its node_modules: those of its lock file from the cache, the package anew.

import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { repository } from '../paths.ts';
import { run } from './command.ts';
import { type Group, made, packagesCache, sources } from './folders.ts';
import { linkTree } from './link.ts';

const QUIET = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
/** What running an example leaves in the checkout. */
const LEFT = new Set(['node_modules', '.next', 'next-env.d.ts']);

/** Makes a fresh folder with the group's files, its dependencies and the packed package. */
export async function install(group: Group, name: string): Promise<string> {
  const folder = path.join(made().folder, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  linkTree(path.join(await dependencies(group), 'node_modules'), path.join(folder, 'node_modules'));
  for (const source of sources(group)) {
    const filter = (file: string) => !LEFT.has(path.basename(file));
    await cp(source, folder, { recursive: true, filter });
  }
  const shared = path.join(repository, 'tests/packages/shared');
  await cp(shared, path.join(folder, 'shared'), { recursive: true });
  await run(folder, ['npm', 'install', '--no-save', ...QUIET, made().tarball]);
  return folder;
}

/** The folder of the cache with what the group's lock file names; made when it is not there. */
async function dependencies(group: Group): Promise<string> {
  const [source = ''] = sources(group);
  const files = ['package.json', 'package-lock.json', '.npmrc'];
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(path.join(source, file)));
  const name = `${group}-${hash.digest('hex').slice(0, 16)}`;
  const cached = await readdir(packagesCache);
  const folder = path.join(packagesCache, name);
  if (cached.includes(name)) return folder;

  const unfinished = path.join(made().folder, `${name}-unfinished`);
  for (const file of files) await cp(path.join(source, file), path.join(unfinished, file));
  await run(unfinished, ['npm', 'ci', ...QUIET]).catch((error: Error) => {
    const what = `the dependencies of ${source} cannot be installed: the npm registry is needed once`;
    throw new Error(`${what}. ${error.message}`);
  });
  // Somebody else may have been quicker: then theirs is as good.
  await rename(unfinished, folder).catch(() => {});
  for (const old of cached.filter((entry) => entry.startsWith(`${group}-`))) {
    await rm(path.join(packagesCache, old), { recursive: true, force: true });
  }
  return folder;
}
