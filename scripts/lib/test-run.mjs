// Runs tests with vitest, and counts how they end.
import { startVitest } from 'vitest/node';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {number} errors outside any test
 */

/**
 * @param {string[]} projects of vitest.config.ts
 * @param {string[]} filters parts of the names of files; none for all
 * @param {{ maxWorkers?: number }} [options]
 * @returns {Promise<Counts>}
 */
export async function runTests(projects, filters, options = {}) {
  const counts = { passed: 0, failed: 0, skipped: 0, errors: 0 };

  /** @type {import('vitest/reporters').Reporter} */
  const counter = {
    onTestCaseResult(testCase) {
      const { state } = testCase.result();
      if (state !== 'pending') counts[state] += 1;
    },
    onTestModuleEnd(testModule) {
      // A file that cannot be loaded has no test cases to count.
      counts.failed += testModule.errors().length;
    },
  };

  const vitest = await startVitest('test', filters, {
    run: true,
    watch: false,
    // Not every filter names a file in every project.
    passWithNoTests: true,
    project: projects,
    reporters: ['default', counter],
    ...options,
  });
  await vitest.close();
  counts.errors = vitest.state.getUnhandledErrors().length;
  return counts;
}
