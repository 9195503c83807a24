// When a machine had no time for those who make sound: what tears then is not our fault, and what tears
// without it is.
import type { Page } from 'playwright-core';

/** Sound is held back for 30 to 50 ms. A machine that lets somebody wait for a good part of that can tear it. */
const STALL_MS = 20;
const TURN_MS = 10;
const RECENT_MS = 5_000;
const SECOND_MS = 1_000;

/** From a time to another. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

export interface Machine {
  readonly stalls: readonly Stretch[];
  /** By how much the clock of the page's sound is fast, compared with the machine's: it stands still in stalls. */
  readonly soundFastPpm: number;
}

/**
 * Watches a page's threads, and this process with the gateway in it, until it is asked how they fared. The own
 * thread of a page that is hidden has few turns in any case.
 */
export async function watchMachine(
  page: Page,
  { isHidden = false } = {},
): Promise<() => Promise<Machine>> {
  await page.evaluate('watchThreads()');
  const ownMoments: number[] = [];
  const turns = setInterval(() => ownMoments.push(Date.now()), TURN_MS);
  return async () => {
    clearInterval(turns);
    const audioMoments = await page.evaluate<Moment[]>('audioMoments');
    const pageMoments = await page.evaluate<number[]>('pageMoments');
    const stalledMs = [
      ...lateMoments(audioMoments),
      ...(isHidden ? [] : missedTurns(pageMoments)),
      ...missedTurns(ownMoments),
    ];
    const inOrder = stalledMs.toSorted((a, b) => a - b);
    return { stalls: stretchesOf(inOrder, STALL_MS), soundFastPpm: fastPpm(audioMoments) };
  };
}

/** The stretches of times that lie no farther apart than that. */
export function stretchesOf(timesMs: readonly number[], apartMs: number): Stretch[] {
  const stretches: { startMs: number; endMs: number }[] = [];
  for (const timeMs of timesMs) {
    const last = stretches.at(-1);
    if (last && timeMs - last.endMs <= apartMs) last.endMs = timeMs;
    else stretches.push({ startMs: timeMs, endMs: timeMs });
  }
  return stretches;
}

/** The machine's clock and the sound's, in ms. */
type Moment = readonly [number, number];

/** When an audio thread was behind its usual time. */
function lateMoments(moments: readonly Moment[]): number[] {
  let least = { latenessMs: Number.POSITIVE_INFINITY, wallMs: 0 };
  return moments.flatMap(([wallMs, contextMs]) => {
    const latenessMs = wallMs - contextMs;
    if (latenessMs < least.latenessMs || wallMs - least.wallMs > RECENT_MS) {
      least = { latenessMs, wallMs };
    }
    return latenessMs - least.latenessMs > STALL_MS ? [wallMs] : [];
  });
}

/** When a thread that takes its turn every 10 ms did not. */
function missedTurns(turnsMs: readonly number[]): number[] {
  return turnsMs.filter((turnMs, i) => turnMs - (turnsMs[i - 1] ?? turnMs) > TURN_MS + STALL_MS);
}

/** The slope through the least late moment of each second. */
function fastPpm(moments: readonly Moment[]): number {
  const least = new Map<number, { wallMs: number; aheadMs: number }>();
  for (const [wallMs, soundMs] of moments) {
    const second = Math.floor(wallMs / SECOND_MS);
    const aheadMs = soundMs - wallMs;
    if (aheadMs > (least.get(second)?.aheadMs ?? Number.NEGATIVE_INFINITY)) {
      least.set(second, { wallMs, aheadMs });
    }
  }
  const points = [...least.values()];
  const mean = (value: (point: { wallMs: number; aheadMs: number }) => number) =>
    points.reduce((sum, point) => sum + value(point), 0) / points.length;
  const [meanWallMs, meanAheadMs] = [mean(({ wallMs }) => wallMs), mean(({ aheadMs }) => aheadMs)];
  const covariance = mean((each) => (each.wallMs - meanWallMs) * (each.aheadMs - meanAheadMs));
  const variance = mean(({ wallMs }) => (wallMs - meanWallMs) ** 2);
  return (covariance / variance) * 1e6;
}
