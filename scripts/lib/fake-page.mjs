// Builds the page with a stand-in for its sound side, for tests and screenshots.
import path from 'node:path';
import { build } from 'vite';
import { root } from './run.mjs';

/** Where the built page lies. */
export const fakePageFolder = path.join(root, 'dist/fake-page');

const soundSide = './sound.ts';
const standIn = path.join(root, 'test/support/fake-sound.ts');

export async function buildFakePage() {
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
    build: { outDir: fakePageFolder, emptyOutDir: true, sourcemap: false, minify: false },
  });
}
