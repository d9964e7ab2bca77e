// Before all tests: dependencies, the tarball, one Mote server, and a folder for what tests make.

import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Mote } from '../server.ts';
import { run } from './command.ts';
import { installDependencies } from './dependencies.ts';
import { npmFolder, packagesCache, runFolder } from './folders.ts';

export default async function pack(): Promise<() => Promise<void>> {
  if (!existsSync(path.join(npmFolder, 'dist/index.js'))) {
    throw new Error('npm/dist is not built: run `cargo xtask test --only packages`.');
  }
  const folder = runFolder(process.pid);
  await mkdir(folder, { recursive: true });
  await removeAbandoned();
  await installDependencies(path.join(folder, 'unfinished'));
  const packed = await run(npmFolder, ['npm', 'pack', '--json', '--pack-destination', folder]);
  const [, name = ''] = packed.match(/"filename": "(.+?)"/) ?? [];
  const mote = await Mote.start(folder, []);
  process.env.MOTE_PACKAGES_FOLDER = folder;
  process.env.MOTE_PACKAGES_TARBALL = path.join(folder, name);
  process.env.MOTE_PACKAGES_URL = `${mote.url.replace('http', 'ws')}/ws`;
  return async () => {
    await mote.stop('SIGTERM');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}

/** Folders of runs that were killed. */
async function removeAbandoned(): Promise<void> {
  for (const entry of await readdir(packagesCache)) {
    const [, pid] = entry.match(/^run-(\d+)$/) ?? [];
    if (!pid || isAlive(Number(pid))) continue;
    await rm(path.join(packagesCache, entry), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
