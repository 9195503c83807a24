// Two kinds of tests: those that need only Node, and those that drive a real Chromium.
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const ssr = { resolve: { conditions: ['source', ...defaultServerConditions] } };

export default defineConfig({
  test: {
    projects: [
      {
        ssr,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**'],
          testTimeout: 30_000,
        },
      },
      {
        ssr,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
