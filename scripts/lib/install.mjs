// Installs the packages of package-lock.json when they are missing or belong to another lock file.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, run, say } from './run.mjs';

const OLDEST_NODE = [20, 19];
const installedLock = path.join(root, 'node_modules/.installed-lock');

/** Ends the process with a sentence when this Node is too old. */
function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  process.stderr.write(
    `This is Node ${process.versions.node}, and the gateway needs ${OLDEST_NODE.join('.')} or later: install a newer Node from https://nodejs.org and try again.\n`,
  );
  process.exit(1);
}

export async function ensureInstalled() {
  requireNode();
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(installedLock) && readFileSync(installedLock, 'utf8') === lock) return;
  say('Installing packages (npm ci), which needs the network once …');
  const code = await run('npm', ['ci', '--no-audit', '--no-fund'], { quiet: true });
  if (code !== 0) {
    process.stderr.write('npm ci failed, as it says above; nothing was started.\n');
    process.exit(code);
  }
  writeFileSync(installedLock, lock);
}
