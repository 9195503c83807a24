// npm run dev: rebuilds on every change and restarts the gateway.
import { spawn } from 'node:child_process';
import { buildPage, compile } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { root } from './lib/run.mjs';

await ensureInstalled();
await compile(['server', 'cli']);
await buildPage();

/** @param {string[]} args */
const start = (args) => spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
const children = [
  start([
    'node_modules/typescript/bin/tsc',
    '-b',
    'server',
    'cli',
    '--watch',
    '--preserveWatchOutput',
  ]),
  start(['node_modules/vite/bin/vite.js', 'build', '--watch', '--logLevel', 'warn']),
  start(['--watch', '--watch-preserve-output', 'scripts/start.mjs', ...process.argv.slice(2)]),
];
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill('SIGTERM');
  });
}
