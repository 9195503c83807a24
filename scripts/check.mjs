// npm run check: types, lint and format.
import { readArguments } from './lib/arguments.mjs';
import { checks } from './lib/checks.mjs';
import { ensureInstalled } from './lib/install.mjs';

readArguments(
  `Usage: npm run check

Checks types, lint, format, and whether generated documents are up to date; runs no test. Takes about a minute.`,
  {},
);

await ensureInstalled();
process.exitCode = (await checks()).some(({ passed }) => !passed) ? 1 : 0;
