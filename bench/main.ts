// Runs the benchmarks named on the command line, or all of them, and fails where a figure is worse than the
// one that was committed. With --quick only to see that they run; with --accept what is worse is written
// down as well.
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

const benchmarks: Readonly<Record<string, Benchmark>> = {
  audio,
  protocol,
  relay,
  server,
  growth,
  latency,
  peers,
};

const QUICK = '--quick';
const ACCEPT = '--accept';
/** Other work on the machine makes figures worse, never better: only what is worse each time counts. */
const ATTEMPTS = 3;

const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = [
  ...flags.filter((flag) => flag !== QUICK && flag !== ACCEPT),
  ...names.filter((name) => !Object.hasOwn(benchmarks, name)),
];

if (unknown.length > 0) {
  const known = Object.keys(benchmarks).join(', ');
  console.error(
    `There is no benchmark ${unknown.join(', ')}; there is ${known}, and the options ${QUICK} and ${ACCEPT}.`,
  );
  process.exitCode = 2;
} else {
  await runAll(
    Object.keys(benchmarks).filter((name) => names.length === 0 || names.includes(name)),
  );
}

async function runAll(chosen: readonly string[]): Promise<void> {
  const isQuick = flags.includes(QUICK);
  const worse: string[] = [];
  for (const [done, name] of chosen.entries()) {
    const run = benchmarks[name];
    if (run === undefined) continue;
    console.error(`\n${name} (${done + 1} of ${chosen.length}) …`);
    if (isQuick) {
      printSection(await run({ isQuick }));
      continue;
    }
    const { section, steps } = await measure(name, run);
    writeResults([section]);
    writeCharts([section]);
    if (steps.length === 0 || flags.includes(ACCEPT)) writeFigures({ [name]: section });
    worse.push(...steps.map((step) => inWords(name, step)));
  }
  if (worse.length === 0) return;
  console.error(`\nWorse than what was committed:\n${worse.join('\n')}`);
  if (flags.includes(ACCEPT)) console.error(`${ACCEPT} was given: this is now what counts.`);
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
