// Runs benchmarks by their names, and fails where a figure is worse than the one that was committed.
import { audio } from './audio.ts';
import { bestOf, readFigures, type StepBack, stepsBack, TOLERANCE, writeFigures } from './gate.ts';
import { growth } from './growth.ts';
import { latency } from './latency.ts';
import { peers } from './peers.ts';
import { protocol } from './protocol.ts';
import { relay } from './relay.ts';
import { printSection, writeCharts, writeResults } from './results.ts';
import type { Benchmark, Section } from './section.ts';
import { server } from './server.ts';

export const benchmarks: Readonly<Record<string, Benchmark>> = {
  audio,
  protocol,
  relay,
  server,
  growth,
  latency,
  peers,
};

/** Other work on the machine makes figures worse, never better: only what is worse each time counts. */
const ATTEMPTS = 3;

export interface BenchOptions {
  /** Only to see that they run. */
  readonly isQuick: boolean;
  /** What is worse is written down as well. */
  readonly isAccepting: boolean;
}

/** None stands for all. Fails, by the exit code, where a figure is worse than the one that was committed. */
export async function bench(
  names: readonly string[],
  { isQuick, isAccepting }: BenchOptions,
): Promise<void> {
  const chosen = Object.entries(benchmarks).filter(
    ([name]) => names.length === 0 || names.includes(name),
  );
  const worse: string[] = [];
  for (const [done, [name, run]] of chosen.entries()) {
    console.error(`\n${name} (${done + 1} of ${chosen.length}) …`);
    if (isQuick) {
      printSection(await run({ isQuick }));
      continue;
    }
    const { section, steps } = await measure(name, run);
    writeResults([section]);
    writeCharts([section]);
    if (steps.length === 0 || isAccepting) writeFigures({ [name]: section });
    worse.push(...steps.map((step) => inWords(name, step)));
  }
  if (worse.length === 0) return;
  console.error(`\nWorse than what was committed:\n${worse.join('\n')}`);
  if (isAccepting) console.error('--accept was given: this is now what counts.');
  else process.exitCode = 1;
}

/** Tries again while something is worse; the table is the last attempt's, each figure the best one. */
async function measure(
  name: string,
  run: Benchmark,
): Promise<{ section: Section; steps: StepBack[] }> {
  const committed = readFigures()[name];
  let section = await run({ isQuick: false });
  let steps = stepsBack(section.figures, committed);
  printSection(section);
  for (let attempt = 1; attempt < ATTEMPTS && steps.length > 0; attempt += 1) {
    console.error(`${steps.map((step) => inWords(name, step)).join('\n')}\nOnce more …`);
    const again = await run({ isQuick: false });
    section = { ...again, figures: bestOf(again.figures, section.figures) };
    steps = stepsBack(section.figures, committed);
    printSection(section);
  }
  return { section, steps };
}

function inWords(benchmark: string, { name, committed, measured }: StepBack): string {
  const percent = Math.round(100 * (measured / committed - 1));
  const bound = Math.round(100 * (TOLERANCE - 1));
  return `${benchmark}, ${name}: ${measured.toPrecision(3)} times its floor, was ${committed.toPrecision(3)} (${percent} % worse, ${bound} % is the bound)`;
}
