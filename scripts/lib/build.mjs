// Builds what is stale: TypeScript to dist/, the page to dist/web.
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { root, runInstalled, say } from './run.mjs';

const page = path.join(root, 'dist/web/index.html');
export const pageSources = ['web', 'shared', 'vite.config.ts', 'package-lock.json'];
/** Written last, so that it is older than no part of the library. */
const library = path.join(root, 'dist/browser/types/library.d.ts');
const librarySources = [
  'web/audio',
  'web/library.vite.config.ts',
  'web/library.tsconfig.json',
  'shared',
  'package-lock.json',
];

/**
 * @param {string} file a file or folder below the root
 * @returns {number} when the newest file in it was written, in ms
 */
function newestWriteMs(file) {
  const absolute = path.join(root, file);
  const stat = statSync(absolute);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(absolute).reduce(
    (newest, name) => Math.max(newest, newestWriteMs(path.join(file, name))),
    stat.mtimeMs,
  );
}

/** @param {string[]} projects folders with a tsconfig.json; tsc itself knows which are stale */
export function compile(projects) {
  return runInstalled('typescript/bin/tsc', ['-b', ...projects]);
}

/**
 * @param {string} built a file that is there when it was built
 * @param {string[]} sources files and folders below the root
 */
export function isStale(built, sources) {
  const writtenMs = existsSync(built) ? statSync(built).mtimeMs : 0;
  return sources.some((source) => newestWriteMs(source) > writtenMs);
}

export async function buildPage() {
  if (!isStale(page, pageSources)) return 0;
  say('Building the page …');
  return runInstalled('vite/bin/vite.js', ['build', '--logLevel', 'warn'], { quiet: true });
}

/** The engines and elements for other people's pages, and their types, to dist/browser. */
export async function buildLibrary() {
  if (!isStale(library, librarySources)) return 0;
  say('Building the library for pages …');
  const args = ['build', '--config', 'web/library.vite.config.ts', '--logLevel', 'warn'];
  const code = await runInstalled('vite/bin/vite.js', args, { quiet: true });
  return code === 0 ? compile(['web/library.tsconfig.json']) : code;
}

/** Builds everything that `npm start` runs; ends the process when that fails. */
export async function ensureBuilt() {
  for (const code of [await compile(['server', 'cli']), await buildPage(), await buildLibrary()]) {
    if (code === 0) continue;
    process.stderr.write('The build failed, as it says above; nothing was started.\n');
    process.exit(code);
  }
}
