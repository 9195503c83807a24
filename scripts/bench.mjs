// npm run bench [-- name …]: runs the named benchmarks, or all, and writes bench/results.md.
import { compile } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { run } from './lib/run.mjs';

await ensureInstalled();
if ((await compile(['bench'])) !== 0) process.exit(1);
process.exitCode = await run(process.execPath, ['dist/bench/main.js', ...process.argv.slice(2)]);
