// npm run docs: writes the documents that are generated from tables; --check only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compile } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { root, say } from './lib/run.mjs';

await ensureInstalled();
if ((await compile(['shared'])) !== 0) process.exit(1);
const protocolDocument = '../dist/shared/protocol/document.js';
const { protocolDocument: protocol } = await import(protocolDocument);

/** Each generated document and what writes it. */
const documents = { 'docs/protocol.md': protocol };

const onlyCheck = process.argv.includes('--check');
for (const [file, generate] of Object.entries(documents)) {
  const absolute = path.join(root, file);
  const text = generate();
  if (onlyCheck) {
    if (readFileSync(absolute, 'utf8') === text) continue;
    say(`${file} is stale: run "npm run docs" and commit it.`);
    process.exitCode = 1;
  } else {
    writeFileSync(absolute, text);
    say(`wrote ${file}`);
  }
}
