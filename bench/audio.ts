// How many samples a second shared/audio gets through, beside the same work in C.
import { encodingSubjects } from './audio-encodings.ts';
import { kernelSubjects } from './audio-kernels.ts';
import { notes } from './audio-notes.ts';
import { BLOCK_SAMPLES, type Subject } from './audio-subject.ts';
import { wasmSubjects } from './audio-wasm.ts';
import { buildCProgram, type CProgram } from './c-program.ts';
import { type Spread, spreadOf, stopwatch, WARM_UP_ROUNDS, type Work, warmUp } from './measure.ts';
import type { Section } from './section.ts';
import { rate, ratio } from './words.ts';

/**
 * More and shorter than elsewhere, because the two sides run in two processes, which others disturb apart:
 * one that was woken for its round has it done before its time slice ends.
 */
const ROUNDS = 45;
const ROUND_MS = 1;
const WARM_UP_BATCHES = 500;

interface Measured {
  readonly subject: Subject;
  readonly secondsPerBlock: Spread;
  /** How many times as long as in C. */
  readonly timesC: Spread | undefined;
  /** The fastest round beside C's fastest. */
  readonly bestTimesC: number | undefined;
}

/** One loop for all subjects, so that none is compiled into its caller as if it were the only one. */
function workOf({ blocks }: Subject): Work {
  return {
    batch: blocks.length,
    doBatch: () => {
      let sum = 0;
      for (const block of blocks) sum += block();
      return sum;
    },
  };
}

/** Rounds here and in C take turns, so that what slows the machine down slows both down. */
async function measure(subject: Subject, c: CProgram | undefined): Promise<Measured> {
  const secondsHere = stopwatch(workOf(subject), ROUND_MS);
  const seconds: number[] = [];
  const secondsInC: number[] = [];
  const ratios: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const here = secondsHere();
    const inC = subject.cKernel && (await c?.secondsPerBlock(subject.cKernel));
    if (round < 0) continue;
    seconds.push(here);
    if (!inC) continue;
    secondsInC.push(inC);
    ratios.push(here / inC);
  }
  return {
    subject,
    secondsPerBlock: spreadOf(seconds),
    timesC: ratios.length > 0 ? spreadOf(ratios) : undefined,
    bestTimesC: ratios.length > 0 ? Math.min(...seconds) / Math.min(...secondsInC) : undefined,
  };
}

function row({ subject, secondsPerBlock, timesC }: Measured, c: CProgram | undefined): string[] {
  const samplesPerSecond = subject.samplesPerBlock / secondsPerBlock.median;
  const share = subject.samplesPerSecond && subject.samplesPerSecond / samplesPerSecond;
  return [
    subject.name,
    rate(samplesPerSecond),
    timesC ? ratio(timesC) : c ? '' : 'no C compiler',
    share ? `${(100 * share).toPrecision(2)} %` : '',
  ];
}

export async function audio(): Promise<Section> {
  const subjects = [...kernelSubjects(), ...wasmSubjects(), ...encodingSubjects()];
  // Nothing may profit from being the only kernel that the engine has seen.
  warmUp(subjects.map(workOf), WARM_UP_BATCHES);
  const c = buildCProgram();
  const measured: Measured[] = [];
  for (const subject of subjects) measured.push(await measure(subject, c));
  c?.end();
  return {
    title: 'audio: samples mixed, coded and resampled',
    columns: ['work', 'samples a second', 'times C', 'of a core, live'],
    rows: measured.map((each) => row(each, c)),
    figures: measured.flatMap(({ subject: { name }, bestTimesC }) =>
      bestTimesC === undefined ? [] : [{ name, ratio: bestTimesC }],
    ),
    notes: notes(BLOCK_SAMPLES, c?.description),
  };
}
