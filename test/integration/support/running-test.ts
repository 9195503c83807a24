// What helpers know of the test that they help. Tests here run side by side, so each must say which it is.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface RunningTest {
  onTestFinished(cleanUp: () => unknown): void;
}

/** A new folder, removed when the test has finished. */
export function folderOf(test: RunningTest): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'af-integration-'));
  test.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
