// The browser: the system's Chromium, quiet and without a sandbox (CI runs as root in a container).

import type { PlaywrightTestOptions, PlaywrightWorkerOptions } from '@playwright/test';

export const browser: Partial<PlaywrightTestOptions & PlaywrightWorkerOptions> = {
  headless: true,
  launchOptions: {
    executablePath: process.env.CHROME ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  },
};
