// The npm package in every place that it must run in: tests/packages/README.md says how. Needs what
// `npm run build` in npm/ makes, `MOTE_BIN`, and the npm registry for what is not in the cache yet.

import { defineConfig } from '@playwright/test';
import { browser } from './support/browser.ts';

export default defineConfig({
  testDir: 'packages',
  outputDir: 'results/packages',
  globalSetup: './support/packages/pack.ts',
  reporter: [['list']],
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 300_000,
  expect: { timeout: 20_000 },
  use: browser,
  // What takes longest first, so that the other worker does all the rest meanwhile.
  projects: [
    { name: 'next', testMatch: 'next.spec.ts' },
    { name: 'others', testIgnore: 'next.spec.ts' },
  ],
});
