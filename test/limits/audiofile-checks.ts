// For each bound of AudioFile programs, what happens to one who goes past it. Named as the rows of the table.
import type { audioFileBounds } from '#server/wiring/bounds/audiofile';
import { connectionChecks } from './audiofile-connection-checks.ts';
import { contextChecks } from './audiofile-context-checks.ts';
import { deviceChecks } from './audiofile-device-checks.ts';
import type { Checks } from './checks.ts';

export const audioFileChecks: Checks<typeof audioFileBounds> = {
  ...connectionChecks,
  ...contextChecks,
  ...deviceChecks,
};
