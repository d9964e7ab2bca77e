import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What is published, under the names that it is published by. */
const own = [
  { find: /^@mote\/presence$/, replacement: at('dist/index.js') },
  { find: /^@mote\/presence\/(\w+)$/, replacement: at('dist/$1.js') },
];

const reactTests = 'test/react/**/*.test.{ts,tsx}';

export default defineConfig({
  test: {
    testTimeout: 20_000,
    projects: [
      {
        extends: true,
        resolve: { alias: own },
        test: { name: 'core', include: ['test/**/*.test.ts'], exclude: [reactTests] },
      },
      {
        extends: true,
        resolve: { alias: own },
        test: { name: 'React 19', include: [reactTests], environment: 'jsdom' },
      },
      {
        extends: true,
        resolve: {
          alias: [
            ...own,
            {
              find: /^(react|react-dom)(\/.*)?$/,
              replacement: `${at('test/react-18/node_modules')}/$1$2`,
            },
          ],
        },
        test: { name: 'React 18', include: [reactTests], environment: 'jsdom' },
      },
    ],
  },
});
