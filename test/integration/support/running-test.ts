// What helpers know of the test that they help. Tests here run side by side, so each must say which it is.
import { newFolder } from '#test/support/new-folder';

export interface RunningTest {
  onTestFinished(cleanUp: () => unknown): void;
}

/** A new folder, removed when the test has finished. */
export function folderOf(test: RunningTest): string {
  return newFolder((cleanUp) => test.onTestFinished(cleanUp));
}
