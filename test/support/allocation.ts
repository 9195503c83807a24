// How many bytes of heap a piece of work uses up each time it is done.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const WARM_UP_TURNS = 500;
const TURNS = 500;
const MOST_RUNS = 20;
/** The least object is 16 bytes; what the engine keeps of its own for a run stays far below one each time. */
export const NO_BYTES_EACH = 8;

/** Works once; `turn` counts. */
export type Work = (turn: number) => void;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/**
 * Bytes of heap used up by each turn, garbage included. The least of several runs, because compilers and
 * collectors, which are at work meanwhile, only ever add to it; the first that is below `enough` ends it. Each
 * run is longer than the last: what the engine keeps for a run, such as code compiled anew, fades beside
 * its turns, and an object for each turn does not.
 */
export function bytesPerTurn(work: Work, enough = NO_BYTES_EACH): number {
  for (let turn = 0; turn < WARM_UP_TURNS; turn++) work(turn);
  let least = Number.POSITIVE_INFINITY;
  for (let run = 1; run <= MOST_RUNS && least >= enough; run++) {
    const turnCount = run * TURNS;
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let turn = 0; turn < turnCount; turn++) work(turn);
    const bytes = (process.memoryUsage().heapUsed - before) / turnCount;
    // Less than nothing means that a collection came between.
    if (bytes > -enough) least = Math.min(least, bytes);
  }
  return least;
}
