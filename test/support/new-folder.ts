// Folders of a test's own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

type WhenFinished = (cleanUp: () => void) => void;

/** A new folder, removed when the test has finished; one of tests that run side by side says when that is. */
export function newFolder(whenFinished: WhenFinished = onTestFinished): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'af-test-'));
  whenFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
