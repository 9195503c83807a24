// Builds the two engines and their elements for other people's pages: dist/browser.
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'web',
  base: './',
  publicDir: false,
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: '../dist/browser',
    emptyOutDir: true,
    sourcemap: true,
    reportCompressedSize: false,
    lib: { entry: 'audio/library.ts', formats: ['es'], fileName: () => 'audiofile-gateway.js' },
  },
  worker: { format: 'es' },
});
