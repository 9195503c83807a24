// npm run soak [-- --hours N --fuzz-minutes N]: lets nonsense loose on a gateway for a while, then holds one
// with programs, listeners and microphones for hours, and writes docs/soak.md.
import { parseArgs } from 'node:util';
import { compile } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { endWithNpm } from './lib/parent.mjs';
import { run, say } from './lib/run.mjs';

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '1' },
    'fuzz-minutes': { type: 'string', default: '10' },
  },
});
const hours = Number(values.hours);
const fuzzMinutes = Number(values['fuzz-minutes']);
if (!(hours >= 0 && fuzzMinutes >= 0)) {
  say('--hours and --fuzz-minutes want numbers; 0 leaves that part out.');
  process.exit(2);
}

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
