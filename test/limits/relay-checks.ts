// For each bound of pages, what happens to one that goes past it. Named as the rows of the table.
import type { relayBounds } from '#server/wiring/bounds/relay';
import type { Checks } from './checks.ts';
import { pageChecks } from './relay-page-checks.ts';
import { soundChecks } from './relay-sound-checks.ts';
import { telephoneChecks } from './relay-telephone-checks.ts';

export const relayChecks: Checks<typeof relayBounds> = {
  ...pageChecks,
  ...soundChecks,
  ...telephoneChecks,
};
