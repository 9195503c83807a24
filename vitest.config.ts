// Four kinds of tests: those that need only Node and no real time, those of whole programs in real time, and
// those that drive a real Chromium, to see or to hear.
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { excusable } from './test/integration/support/excusable.ts';

const ssr = { resolve: { conditions: ['source', ...defaultServerConditions] } };

/**
 * What measures real time (latency, gaps, two pages at once) can be disturbed by other work on the
 * machine, so that only what fails each time has failed. Nothing with a fake clock is tried twice.
 */
const REAL_TIME_RETRIES = 2;

/** What is polled for comes when the machine has time for it. */
const inRealTime = { poll: { timeout: 10_000 } };

/** Whole gateways and commands, as processes or over real sockets. */
const wholePrograms = ['test/integration/**', 'test/cli/commands/**', 'test/server/main.test.ts'];

/**
 * Pages that listen and speak: what they hear depends on when it comes, so that they have the machine alone, but for
 * what `npm test` runs beside at a low priority.
 */
const sounding = [
  'test/browser/hearing.test.ts',
  'test/browser/in-the-long-run.test.ts',
  'test/browser/speaking.test.ts',
  'test/browser/telephone.test.ts',
  'test/browser/trouble.test.ts',
  'test/browser/whole-gateway.test.ts',
];

export default defineConfig({
  test: {
    // Many tests wait for real time, so that a second worker is busy while the first one is not.
    maxWorkers: 2,
    projects: [
      {
        ssr,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', ...wholePrograms],
          // `npm test` gives them only what the others leave of the processors.
          testTimeout: 120_000,
        },
      },
      {
        ssr,
        test: {
          name: 'integration',
          include: wholePrograms.map((place) => place.replace(/\*\*$/, '**/*.test.ts')),
          testTimeout: 60_000,
          expect: inRealTime,
          retry: { count: REAL_TIME_RETRIES, condition: excusable },
        },
      },
      {
        ssr,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          exclude: sounding,
          testTimeout: 60_000,
          expect: inRealTime,
          hookTimeout: 60_000,
          retry: REAL_TIME_RETRIES,
        },
      },
      {
        ssr,
        test: {
          name: 'sound',
          include: sounding,
          testTimeout: 60_000,
          expect: inRealTime,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          retry: REAL_TIME_RETRIES,
        },
      },
    ],
  },
});
