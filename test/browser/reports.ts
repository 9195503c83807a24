// What a page's first player told of itself.
import type { Page } from 'playwright-core';
import { until } from '#test/integration/support/waiting';

export interface Report {
  readonly bufferMs: number;
  readonly targetMs: number;
  readonly underrunCount: number;
  readonly driftPpm: number;
}

const REPORTS_PER_SECOND = 4;

export function lastReport(page: Page): Promise<Report> {
  return page.evaluate<Report>('players[0].reports.at(-1)');
}

/** By how much more sound waits than should, as a mean of the last seconds. */
export function levelErrorMs(page: Page, seconds: number): Promise<number> {
  return page.evaluate<number>(`(() => {
    const last = players[0].reports.slice(-${REPORTS_PER_SECOND * seconds});
    return last.reduce((sum, { bufferMs, targetMs }) => sum + bufferMs - targetMs, 0) / last.length;
  })()`);
}

/** Waits until so much sound waits as should, as a mean of two seconds. */
export async function comesToTarget(page: Page, withinMs: number): Promise<Report> {
  const isThere = async () => Math.abs(await levelErrorMs(page, 2)) < withinMs;
  await until(`sound comes to its target, up to ${withinMs} ms`, 25_000, isThere, 250);
  return lastReport(page);
}
