// npm test: installs what is missing, checks, builds, and runs every test. With CI=true a skipped
// test is a failure, because there everything can be installed.
import { readArguments } from './lib/arguments.mjs';
import { buildLibrary, buildPage } from './lib/build.mjs';
import { checks } from './lib/checks.mjs';
import { ensureTools } from './lib/debian-tools.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { say } from './lib/run.mjs';
import { runTestsBeside } from './lib/tests-beside.mjs';

const usage = `Usage: npm test [-- part …]

Installs what is missing, checks types, lint and generated documents, and runs all tests, which takes about seven
minutes on two cores; with parts of names of files, such as "npm test -- cli/commands", only the tests in those.
Ends with "N passed, N failed, N skipped". One file alone: npx vitest run --project node test/architecture.test.ts
(the projects are node, integration, browser and sound; vitest.config.ts says which files are in which).`;

const { names: filters } = readArguments(usage, {}, 'any');

await Promise.all([ensureInstalled(), ensureTools()]);

// Before the tests, because several of them at once would build it.
const [checked, pageCode] = await Promise.all([checks(), buildPage()]);
const { buildFakePage } = await import('./lib/fake-page.mjs');
const [libraryCode] = await Promise.all([buildLibrary(), buildFakePage()]);
const built = [
  { name: 'page', passed: pageCode === 0 },
  { name: 'library', passed: libraryCode === 0 },
];
for (const { name, passed } of built) say(`${passed ? '✓' : '✗'} ${name}`);

const { runTests } = await import('./lib/test-run.mjs');
const runs = await Promise.all([
  runTests(['integration', 'browser', 'sound'], filters),
  runTestsBeside(filters),
]);

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const { passed } of [...checked, ...built]) counts[passed ? 'passed' : 'failed'] += 1;
for (const { passed, failed, skipped, errors } of runs) {
  counts.passed += passed;
  counts.failed += failed + errors;
  counts.skipped += skipped;
  if (errors > 0) say(`${errors} error(s) outside any test, as shown above.`);
}
if (counts.skipped > 0 && process.env.CI) {
  say('Tests were skipped, which CI does not allow: the notices above say what is missing.');
  counts.failed += 1;
}
say(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 ? 1 : 0);
