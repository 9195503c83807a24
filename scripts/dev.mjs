// npm run dev: rebuilds on every change and restarts the gateway, with the flags of npm start.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { buildPage, compile } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { endWithNpm } from './lib/parent.mjs';
import { root, say } from './lib/run.mjs';

/** Editors write a file in several steps, and people save several files together. */
const SETTLE_MS = 150;

/** @type {import('node:child_process').ChildProcess | undefined} */
let gateway;
/** @type {NodeJS.Timeout | undefined} */
let settling;
let isBuilding = false;
let hasChanged = false;

/** @param {string[]} args */
const start = (args) => spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });

async function rebuild() {
  hasChanged = true;
  if (isBuilding) return;
  isBuilding = true;
  while (hasChanged) {
    hasChanged = false;
    // A gateway that does not compile is not started; the one that runs goes on.
    if ((await compile(['server', 'cli'])) === 0) await restart();
  }
  isBuilding = false;
}

async function restart() {
  const old = gateway;
  if (old !== undefined && old.exitCode === null && old.signalCode === null) {
    say('Restarting …');
    const ended = new Promise((resolve) => old.once('exit', resolve));
    old.kill('SIGTERM');
    await ended;
  }
  gateway = start(['dist/server/main.js', ...process.argv.slice(2)]);
}

endWithNpm();
await ensureInstalled();
await buildPage();
// It builds the page once more, and then on every change; the open page only needs a reload.
const page = start(['node_modules/vite/bin/vite.js', 'build', '--watch', '--logLevel', 'warn']);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    page.kill('SIGTERM');
    gateway?.kill('SIGTERM');
    gateway?.once('exit', () => process.exit(0));
    if (gateway === undefined || gateway.exitCode !== null) process.exit(0);
  });
}
for (const folder of ['shared', 'server', 'cli']) {
  watch(path.join(root, folder), { recursive: true }, () => {
    clearTimeout(settling);
    settling = setTimeout(rebuild, SETTLE_MS);
  });
}
await rebuild();
