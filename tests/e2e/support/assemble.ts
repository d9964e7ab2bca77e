// Assembles the page as demo/README.md says, unless MOTE_DEMO_DIR names one that is ready.

import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { demoFolder, repository, sdkFolder } from './paths.ts';

const SERVED = new Set(['.html', '.css', '.js', '.svg']);
const SDK = ['index.js', 'cursors.js'];

export default async function assemble(): Promise<void> {
  if (process.env.MOTE_DEMO_DIR) return;
  const sources = path.join(repository, 'demo');
  await rm(demoFolder, { recursive: true, force: true });
  await mkdir(path.join(demoFolder, 'sdk'), { recursive: true });
  for (const file of await readdir(sources)) {
    if (SERVED.has(path.extname(file)))
      await cp(path.join(sources, file), path.join(demoFolder, file));
  }
  await cp(path.join(sources, 'plain'), path.join(demoFolder, 'plain'), { recursive: true });
  for (const file of SDK) await cp(path.join(sdkFolder, file), path.join(demoFolder, 'sdk', file));
}
