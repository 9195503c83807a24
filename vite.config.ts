// Builds the page: web/ becomes dist/web, which the gateway serves.
import path from 'node:path';
import { defineConfig } from 'vite';

const web = path.join(import.meta.dirname, 'web');
/** The gateway puts it into what it shows to whoever it does not let in, and so knows it by its name. */
const DOOR_STYLES = 'door.css';

export default defineConfig({
  root: 'web',
  base: './',
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    sourcemap: true,
    reportCompressedSize: false,
    rolldownOptions: {
      input: [path.join(web, 'index.html'), path.join(web, 'page/styles', DOOR_STYLES)],
      output: {
        assetFileNames: ({ names }) =>
          names.includes(DOOR_STYLES) ? DOOR_STYLES : 'assets/[name]-[hash][extname]',
      },
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
