// npm run docs: writes the documents that are generated from tables; --check only compares.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readArguments } from './lib/arguments.mjs';
import { compile } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { root, say } from './lib/run.mjs';

const usage = `Usage: npm run docs [-- --check]

Writes the documents that are generated from tables: docs/protocol.md, docs/limits.md and docs/man. Takes seconds.

  --check  only says which of them are stale`;

const { values: wanted } = readArguments(usage, { check: { type: 'boolean' } });

await ensureInstalled();
if ((await compile(['shared', 'server', 'cli'])) !== 0) process.exit(1);
const protocolDocument = '../dist/shared/protocol/document.js';
const { protocolDocument: protocol } = await import(protocolDocument);

const boundTables = '../dist/server/wiring/bounds/document.js';
const { limitsDocument } = await import(boundTables);

const commandTable = '../dist/cli/commands/index.js';
const manual = '../dist/cli/manual/pages.js';
const [{ commands }, { manualPages }] = await Promise.all([import(commandTable), import(manual)]);
const MAN_FOLDER = 'docs/man';

/** Each generated document and what stands in it. */
const documents = {
  'docs/protocol.md': protocol(),
  'docs/limits.md': limitsDocument(),
  ...Object.fromEntries(
    Object.entries(manualPages(commands)).map(([file, text]) => [`${MAN_FOLDER}/${file}`, text]),
  ),
};

/** Pages of commands that are no more. */
const leftOver = writtenFiles(MAN_FOLDER).filter((file) => !(file in documents));

if (wanted.check) check();
else write();

function check() {
  const stale = Object.entries(documents)
    .filter(([file, text]) => textOf(file) !== text)
    .map(([file]) => file);
  for (const file of [...stale, ...leftOver]) {
    say(`${file} is stale: run "npm run docs" and commit it.`);
    process.exitCode = 1;
  }
}

function write() {
  mkdirSync(path.join(root, MAN_FOLDER), { recursive: true });
  for (const [file, text] of Object.entries(documents)) {
    writeFileSync(path.join(root, file), text);
    say(`wrote ${file}`);
  }
  for (const file of leftOver) {
    rmSync(path.join(root, file));
    say(`removed ${file}`);
  }
}

/** @param {string} file */
function textOf(file) {
  const absolute = path.join(root, file);
  return existsSync(absolute) ? readFileSync(absolute, 'utf8') : undefined;
}

/** @param {string} folder */
function writtenFiles(folder) {
  const absolute = path.join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute).map((name) => `${folder}/${name}`);
}
