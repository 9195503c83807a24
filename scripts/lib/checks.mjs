// What must hold before any test runs: types, lint and format, and generated documents up to date.
import { compile } from './build.mjs';
import { run, runInstalled, say } from './run.mjs';

const steps = [
  { name: 'types', run: () => compile(['.']) },
  {
    name: 'lint and format',
    run: () =>
      runInstalled('@biomejs/biome/bin/biome', ['ci', '--colors=off', '.'], { quiet: true }),
  },
  {
    name: 'generated documents',
    run: () => run(process.execPath, ['scripts/docs.mjs', '--check'], { quiet: true }),
  },
];

/** @returns {Promise<{ name: string, passed: boolean }[]>} */
export async function checks() {
  const results = [];
  for (const step of steps) {
    const passed = (await step.run()) === 0;
    say(`${passed ? '✓' : '✗'} ${step.name}`);
    results.push({ name: step.name, passed });
  }
  return results;
}
