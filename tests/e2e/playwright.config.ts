// The end-to-end tests: real browser, real server, real SDK. `MOTE_BIN`, `MOTE_DEMO_DIR` and
// `CHROME` say which (support/paths.ts has the defaults).

import { defineConfig } from '@playwright/test';
import { browser } from './support/browser.ts';

export default defineConfig({
  testDir: 'specs',
  outputDir: 'results/tests',
  globalSetup: './support/assemble.ts',
  reporter: [['list']],
  // One of them begins with the long test, which only waits. A third starves pages on two cores.
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: { ...browser, trace: 'retain-on-failure' },
  projects: [
    { name: 'long', testMatch: 'hidden.spec.ts' },
    { name: 'others', testIgnore: 'hidden.spec.ts' },
  ],
});
