// npm run soak [-- --hours N --fuzz-minutes N]: lets nonsense loose on a gateway for a while, then holds one
// with programs, listeners and microphones for hours, and writes docs/soak.md.
import { readArguments, refuse } from './lib/arguments.mjs';
import { compile } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { endWithNpm } from './lib/parent.mjs';
import { run, say } from './lib/run.mjs';

const usage = `Usage: npm run soak [-- [--hours N] [--fuzz-minutes N]]

Lets nonsense loose on all doors of a gateway, then holds one with 50 programs, 50 listeners and 5 microphones that
check what they hear, and writes docs/soak.md with its plots. Takes 10 minutes and an hour unless told otherwise;
Ctrl-C ends it early and writes what has been so far.

  --hours N         how long a gateway is held (default 1; 0 leaves it out; 0.1 is six minutes)
  --fuzz-minutes N  how long nonsense is sent (default 10; 0 leaves it out)`;

const { values } = readArguments(usage, {
  hours: { type: 'string', default: '1' },
  'fuzz-minutes': { type: 'string', default: '10' },
});
const hours = numberAt('hours');
const fuzzMinutes = numberAt('fuzz-minutes');

endWithNpm();
await ensureInstalled();
if (fuzzMinutes > 0) {
  const fuzz = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'integration',
    '--retry',
    '0',
  ];
  const env = { ...process.env, FUZZ_SECONDS: String(60 * fuzzMinutes) };
  const status = await run(process.execPath, [...fuzz, 'test/integration/fuzz.test.ts'], { env });
  if (status !== 0) process.exit(status);
}
if (hours > 0) {
  if ((await compile(['bench'])) !== 0) process.exit(1);
  const compiled = '../dist/bench/soak/main.js';
  const { soak } = await import(compiled);
  const troubleCount = await soak(hours);
  if (troubleCount > 0) say(`${troubleCount} things went wrong: docs/soak.md says which.`);
  process.exit(troubleCount > 0 ? 1 : 0);
}

/** @param {'hours' | 'fuzz-minutes'} name */
function numberAt(name) {
  const text = values[name];
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (number >= 0 && Number.isFinite(number)) return number;
  return refuse(usage, `--${name} wants a number such as 8 or 0.5, and "${text}" is none.`);
}
