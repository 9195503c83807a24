// The last reports of a player, for curves and for telling what changed lately.
import type { PlayerReport } from '../../audio/face.ts';

/** How long is looked back. */
export const HISTORY_MS = 60_000;

export interface TimedReport {
  readonly atMs: number;
  readonly report: PlayerReport;
}

/** Adds a report and forgets what is too old; gives a new list. */
export function withReport(
  history: readonly TimedReport[],
  atMs: number,
  report: PlayerReport,
): TimedReport[] {
  return [...history.filter((entry) => entry.atMs > atMs - HISTORY_MS), { atMs, report }];
}
