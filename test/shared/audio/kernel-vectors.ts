// Reads the recorded vectors.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../fixtures/vectors/', import.meta.url));

export function vectorBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(FOLDER + path));
}
