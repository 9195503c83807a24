// npm run bench [-- name …]: runs the named benchmarks, or all, and writes bench/results.md.
import { compile } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { endWithNpm } from './lib/parent.mjs';

endWithNpm();
await ensureInstalled();
if ((await compile(['bench'])) !== 0) process.exit(1);
const compiled = '../dist/bench/main.js';
await import(compiled);
