// A group's folder with its node_modules: its dependencies from the cache, the package anew.

import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { repository } from '../paths.ts';
import { run } from './command.ts';
import { dependencies, QUIET } from './dependencies.ts';
import { type Group, made, sources } from './folders.ts';
import { linkTree } from './link.ts';

/** What running an example leaves in the checkout. */
const LEFT = new Set(['node_modules', '.next', 'next-env.d.ts']);

/** Makes a fresh folder with the group's files, its dependencies and the packed package. */
export async function install(group: Group, name: string): Promise<string> {
  const folder = path.join(made().folder, name);
  await mkdir(folder);
  linkTree(path.join(dependencies(group), 'node_modules'), path.join(folder, 'node_modules'));
  const shared = path.join(repository, 'tests/packages/shared');
  await cp(shared, path.join(folder, 'shared'), { recursive: true });
  for (const source of sources(group)) {
    const filter = (file: string) => !LEFT.has(path.basename(file));
    await cp(source, folder, { recursive: true, filter });
  }
  await run(folder, ['npm', 'install', '--no-save', ...QUIET, made().tarball]);
  return folder;
}
