// How long things take, as the median of several runs, and as a ratio to a floor measured in the same run.

export const WARM_UP_ROUNDS = 3;
const ROUNDS = 9;
/** Long beside the clock's resolution, short beside the time slices of other processes. */
const ROUND_MS = 3;

/** Does its work that many times. What it gives back is only there so that the work is not optimized away. */
export type Work = (repetitions: number) => number;

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Comparison {
  /** How often a second the work is done. */
  readonly perSecond: Spread;
  /** How many times longer than the floor it takes. */
  readonly timesFloor: Spread;
}

let sink = 0;

function elapsedMs(work: Work, repetitions: number): number {
  const start = performance.now();
  sink += work(repetitions);
  return performance.now() - start;
}

/** As many repetitions as fill a round, also when something else comes between once. */
function repetitionsOf(work: Work, roundMs: number): number {
  let repetitions = 1;
  const leastMs = () => Math.min(elapsedMs(work, repetitions), elapsedMs(work, repetitions));
  while (leastMs() < roundMs) repetitions *= 2;
  return repetitions;
}

/** Each call does the work for a round and gives the seconds that one repetition took. */
export function stopwatch(work: Work, roundMs: number = ROUND_MS): () => number {
  const repetitions = repetitionsOf(work, roundMs);
  return () => elapsedMs(work, repetitions) / repetitions / 1_000;
}

export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { median: at(sorted.length >> 1), min: at(0), max: at(sorted.length - 1) };
}

/** The two take turns, so that what slows the machine down slows both down. */
export function compare(work: Work, floor: Work): Comparison {
  const runs = [work, floor].map((each) => stopwatch(each));
  const seconds: number[] = [];
  const ratios: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const [own = Number.NaN, floors = Number.NaN] = runs.map((run) => run());
    if (round < 0) continue;
    seconds.push(own);
    ratios.push(own / floors);
  }
  return {
    perSecond: spreadOf(seconds.map((each) => 1 / each)),
    timesFloor: spreadOf(ratios),
  };
}

/** Keeps what was computed alive to the end. */
export function wasComputed(): boolean {
  return !Number.isNaN(sink);
}
