// npm run check: types, lint and format.
import { checks } from './lib/checks.mjs';
import { ensureInstalled } from './lib/install.mjs';

await ensureInstalled();
process.exitCode = (await checks()).some(({ passed }) => !passed) ? 1 : 0;
