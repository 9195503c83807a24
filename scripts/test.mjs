// npm test: installs what is missing, checks, builds, and runs every test. With CI=true a skipped
// test is a failure, because there everything can be installed.
import { buildLibrary, buildPage } from './lib/build.mjs';
import { checks } from './lib/checks.mjs';
import { ensureTools } from './lib/debian-tools.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { say } from './lib/run.mjs';

await ensureInstalled();
await ensureTools();

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const { passed } of await checks()) counts[passed ? 'passed' : 'failed'] += 1;
// Before the tests, because several of them at once would build it.
for (const [name, build] of Object.entries({ page: buildPage, library: buildLibrary })) {
  if ((await build()) === 0) continue;
  say(`✗ ${name}`);
  counts.failed += 1;
}

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

const { startVitest } = await import('vitest/node');
const filters = process.argv.slice(2);
const vitest = await startVitest('test', filters, {
  run: true,
  watch: false,
  reporters: ['default', counter],
});
await vitest.close();

const errors = vitest.state.getUnhandledErrors().length;
counts.failed += errors;
if (errors > 0) say(`${errors} error(s) outside any test, as shown above.`);
if (counts.skipped > 0 && process.env.CI) {
  say('Tests were skipped, which CI does not allow: the notices above say what is missing.');
  counts.failed += 1;
}
say(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 ? 1 : 0);
