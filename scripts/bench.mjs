// npm run bench [-- name …]: runs the named benchmarks, or all, and writes bench/results.md.
import { readArguments } from './lib/arguments.mjs';
import { benchmarks } from './lib/benchmarks.mjs';
import { compile } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { endWithNpm } from './lib/parent.mjs';

const all = Object.entries(benchmarks);
const minutes = all.reduce((sum, [, benchmark]) => sum + benchmark.minutes, 0);

const usage = `Usage: npm run bench [-- [--quick | --accept] [name …]]

Measures the named benchmarks, or all, each beside a floor or a peer; writes bench/results.md and its charts, and
fails where a figure is more than a fifth worse than the one in bench/figures.json.
All take about ${minutes} minutes; one of which a figure is worse is tried up to three times.

${all.map(([name, { about, minutes }]) => `  ${name.padEnd(10)}${about} (${minutes} min)`).join('\n')}

  --quick   only sees that they run, in a fraction of the time, and writes nothing
  --accept  writes down what is worse, too`;

const { values, names } = readArguments(
  usage,
  { quick: { type: 'boolean' }, accept: { type: 'boolean' } },
  Object.keys(benchmarks),
);

endWithNpm();
await ensureInstalled();
if ((await compile(['bench'])) !== 0) process.exit(1);
const compiled = '../dist/bench/main.js';
const { bench } = await import(compiled);
await bench(names, { isQuick: values.quick === true, isAccepting: values.accept === true });
