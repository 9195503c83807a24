// How long things take, as the median of several runs, and as a ratio to a floor measured in the same run.

export const WARM_UP_ROUNDS = 3;
const ROUNDS = 9;
const CALIBRATIONS = 3;
/** Long beside the clock's resolution, short beside the time slices of other processes. */
const ROUND_MS = 3;

/** Something that is done a batch at a time. */
export interface Work {
  readonly batch: number;
  /** What it gives back is only there so that the work is not optimized away. */
  readonly doBatch: () => number;
}

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
  /** The fastest round beside the floor's fastest: what other work on the machine disturbs least. */
  readonly bestTimesFloor: number;
}

function elapsedMs({ doBatch }: Work, batches: number): number {
  let sum = 0;
  const start = performance.now();
  for (let done = 0; done < batches; done += 1) sum += doBatch();
  const elapsed = performance.now() - start;
  if (Number.isNaN(sum)) throw new Error('the work that is measured does not work');
  return elapsed;
}

/** As many batches as fill a round even at its fastest: a single pause must not pass for slow work. */
function batchesOf(work: Work, roundMs: number): number {
  let batches = 1;
  const attempts = Array.from({ length: CALIBRATIONS });
  while (Math.min(...attempts.map(() => elapsedMs(work, batches))) < roundMs) batches *= 2;
  return batches;
}

/** Each call does the work for a round and gives the seconds that it took once. */
export function stopwatch(work: Work, roundMs: number = ROUND_MS): () => number {
  const batches = batchesOf(work, roundMs);
  return () => elapsedMs(work, batches) / (batches * work.batch) / 1_000;
}

export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { median: at(sorted.length >> 1), min: at(0), max: at(sorted.length - 1) };
}

/** Lets the engine see work before any is measured. */
export function warmUp(works: readonly Work[], batches = 20): void {
  for (const work of works) elapsedMs(work, batches);
}

/** The two take turns, so that what slows the machine down slows both down. */
export function compare(work: Work, floor: Work): Comparison {
  const runs = [work, floor].map((each) => stopwatch(each));
  const seconds: number[] = [];
  const ratios: number[] = [];
  let fastestFloor = Number.POSITIVE_INFINITY;
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const [own = Number.NaN, floors = Number.NaN] = runs.map((run) => run());
    if (round < 0) continue;
    seconds.push(own);
    ratios.push(own / floors);
    fastestFloor = Math.min(fastestFloor, floors);
  }
  return {
    perSecond: spreadOf(seconds.map((each) => 1 / each)),
    timesFloor: spreadOf(ratios),
    bestTimesFloor: Math.min(...seconds) / fastestFloor,
  };
}
