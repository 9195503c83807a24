// The tests that need no real time, in a process that gets only what others leave of the processors, so that they
// run beside those that do and disturb none of them.
import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { root } from './run.mjs';

const here = fileURLToPath(import.meta.url);

/**
 * What the run says is shown when it is over.
 * @param {string[]} filters
 * @returns {Promise<import('./test-run.mjs').Counts>}
 */
export function runTestsBeside(filters) {
  /** @type {Buffer[]} */
  const output = [];
  let counts = { passed: 0, failed: 1, skipped: 0, errors: 0 };
  const child = fork(here, filters, { cwd: root, silent: true });
  child.stdout?.on('data', (chunk) => output.push(chunk));
  child.stderr?.on('data', (chunk) => output.push(chunk));
  child.on('message', (/** @type {import('./test-run.mjs').Counts} */ told) => {
    counts = told;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      process.stdout.write(Buffer.concat(output));
      resolve(counts);
    });
  });
}

if (process.argv[1] === here) {
  // Nobody is left behind by a parent that was killed.
  process.on('disconnect', () => process.exit());
  // Before any other thread or process is there to inherit it.
  setPriority(constants.priority.PRIORITY_LOW);
  const { runTests } = await import('./test-run.mjs');
  const counts = await runTests(['node'], process.argv.slice(2), { maxWorkers: 1 });
  process.send?.(counts, () => process.disconnect());
}
