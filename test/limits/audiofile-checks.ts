// For each bound of AudioFile programs, what happens to one who goes past it. Named as the rows of the table.
import type { audioFileBounds } from '#server/wiring/bounds/audiofile';
import { connectionChecks } from './audiofile-connection-checks.ts';
import { contextChecks } from './audiofile-context-checks.ts';
import { deviceChecks } from './audiofile-device-checks.ts';

type Checks = Readonly<Record<keyof typeof audioFileBounds, () => void | Promise<void>>>;

export const audioFileChecks: Checks = {
  ...connectionChecks,
  ...contextChecks,
  ...deviceChecks,
};
