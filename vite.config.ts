// Builds the page: web/ becomes dist/web, which the gateway serves.
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'web',
  base: './',
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: { outDir: '../dist/web', emptyOutDir: true, sourcemap: true, reportCompressedSize: false },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
