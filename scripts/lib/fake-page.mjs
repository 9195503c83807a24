// The page with a stand-in for its sound side, for tests and screenshots: built, and served.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { build } from 'vite';
import { isStale, pageSources } from './build.mjs';
import { root, say } from './run.mjs';

const folder = path.join(root, 'dist/fake-page');
const soundSide = './sound.ts';
const standInSources = 'test/support';
const standIn = path.join(root, standInSources, 'fake-sound.ts');

/** @type {Readonly<Record<string, string>>} */
const contentTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What the gateway would say of itself at /api/status. */
const status = {
  version: '0.1.0',
  uptimeSeconds: 3 * 3_600 + 5 * 60,
  serverNumber: 7,
  doors: [
    { kind: 'tcp', address: '127.0.0.1:1418' },
    { kind: 'unix', address: '/tmp/.AF-unix/AF7' },
  ],
  devices: [],
};

/** What callers left, at /api/messages: nothing, unless whoever looks says otherwise. */
const noMessages = { messages: [] };

/** @type {Readonly<Record<string, object>>} */
const answers = { '/api/status': status, '/api/messages': noMessages };

export async function buildFakePage() {
  if (!isStale(path.join(folder, 'index.html'), [...pageSources, standInSources])) return;
  say('Building the page with a stand-in for its sound …');
  await build({
    root: path.join(root, 'web'),
    configFile: path.join(root, 'vite.config.ts'),
    logLevel: 'warn',
    plugins: [
      {
        name: 'stand-in for the sound side',
        enforce: 'pre',
        resolveId: (source) => (source === soundSide ? standIn : undefined),
      },
    ],
    build: { outDir: folder, emptyOutDir: true, sourcemap: false, minify: false },
  });
}

/**
 * @param {Readonly<Record<string, string>>} headers those that the gateway gives all its answers
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function serveFakePage(headers) {
  await buildFakePage();
  const server = createServer(async ({ url = '/' }, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const { pathname } = new URL(url, 'http://localhost');
    const answer = answers[pathname];
    if (answer !== undefined) {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
      return;
    }
    const file = pathname === '/' ? '/index.html' : pathname;
    try {
      const content = await readFile(path.join(folder, path.normalize(file)));
      const type = contentTypes[path.extname(file)] ?? 'application/octet-stream';
      response.setHeader('content-type', type).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
