// Assembles the page as demo/README.md says, unless MOTE_DEMO_DIR names one that is ready.

import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { demoFolder, repository, sdkModule } from './paths.ts';

const SERVED = new Set(['.html', '.css', '.js', '.svg']);

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
  await cp(sdkModule, path.join(demoFolder, 'sdk/index.js'));
}
