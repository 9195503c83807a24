// Where the package lies on disk, whether the compiled code or its source runs.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MANIFEST = 'package.json';

/** The folder of package.json. */
const packageRoot = folderWithManifest(path.dirname(fileURLToPath(import.meta.url)));

/** The folder of the built page. */
export const pageFolder = path.join(packageRoot, 'dist', 'web');

export const version = versionIn(readFileSync(path.join(packageRoot, MANIFEST), 'utf8'));

function folderWithManifest(folder: string): string {
  if (existsSync(path.join(folder, MANIFEST))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error(`${MANIFEST} was not found in any folder above the code`);
  return folderWithManifest(parent);
}

function versionIn(manifest: string): string {
  const content: unknown = JSON.parse(manifest);
  const hasVersion = typeof content === 'object' && content !== null && 'version' in content;
  return hasVersion ? String(content.version) : 'unknown';
}
