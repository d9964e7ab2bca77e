// What the groups' lock files name, installed once into the cache.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { run } from './command.ts';
import { type Group, groups, packagesCache, sources } from './folders.ts';

/** How npm is called: no scripts of dependencies, and the registry only for what npm has not. */
export const QUIET = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];

const NAMING = ['package.json', 'package-lock.json', '.npmrc'];

/** The folder of the cache that has a group's node_modules; another lock file, another folder. */
export function dependencies(group: Group): string {
  const [source = ''] = sources(group);
  const hash = createHash('sha256');
  for (const file of NAMING) hash.update(readFileSync(path.join(source, file)));
  return path.join(packagesCache, `${group}-${hash.digest('hex').slice(0, 16)}`);
}

/** Installs what is not there; `unfinished` is a folder for what is not complete yet. */
export async function installDependencies(unfinished: string): Promise<void> {
  for (const group of Object.keys(groups) as Group[]) {
    const folder = dependencies(group);
    if (existsSync(folder)) continue;
    console.log(`· downloading the dependencies of ${groups[group][0]}, once`);
    const [source = ''] = sources(group);
    const made = path.join(unfinished, group);
    for (const file of NAMING) await cp(path.join(source, file), path.join(made, file));
    await run(made, ['npm', 'ci', ...QUIET]).catch((error: Error) => {
      throw new Error(
        `the dependencies of ${source} cannot be installed: npm has to reach its registry, once. ` +
          error.message,
      );
    });
    // Another run may have been quicker: then its are as good.
    await rename(made, folder).catch(() => {});
    const old = (await readdir(packagesCache)).filter(
      (name) => name.startsWith(`${group}-`) && name !== path.basename(folder),
    );
    for (const name of old) await rm(path.join(packagesCache, name), { recursive: true });
  }
}
