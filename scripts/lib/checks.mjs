// What must hold before any test runs: types, lint and format, and generated documents up to date.
import { compile } from './build.mjs';
import { run, runInstalled, say } from './run.mjs';

/** @typedef {{ name: string, passed: boolean }} Checked */

/**
 * @param {string} name
 * @param {Promise<number>} code that it exits with
 * @returns {Promise<Checked>}
 */
async function checked(name, code) {
  const passed = (await code) === 0;
  say(`${passed ? '✓' : '✗'} ${name}`);
  return { name, passed };
}

function lint() {
  const args = ['ci', '--colors=off', '.'];
  return runInstalled('@biomejs/biome/bin/biome', args, { quiet: true });
}

/** Documents come from what was compiled, so one after the other. */
async function typesAndDocuments() {
  const types = await checked('types', compile(['.']));
  const script = ['scripts/docs.mjs', '--check'];
  const documents = run(process.execPath, script, { quiet: true });
  return [types, await checked('generated documents', documents)];
}

/** @returns {Promise<Checked[]>} */
export async function checks() {
  const [compiled, linted] = await Promise.all([
    typesAndDocuments(),
    checked('lint and format', lint()),
  ]);
  return [...compiled, linted];
}
