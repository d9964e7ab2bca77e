// `npm run screenshot`: the pictures of the demo page, the README's among them.

import { defineConfig } from '@playwright/test';
import { browser } from './support/browser.ts';

export default defineConfig({
  testDir: 'screenshot',
  outputDir: 'results/screenshot-run',
  globalSetup: './support/assemble.ts',
  reporter: [['list']],
  workers: 1,
  retries: 0,
  timeout: 180_000,
  use: browser,
});
