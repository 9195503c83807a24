// docs/soak.md and its plots: how a long run went.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, type } from 'node:os';
import { lineChart, type Series } from '../chart.ts';
import { type Look, type Trouble, troubles, works } from './history.ts';

/** As seen from dist/bench/soak. */
const docs = new URL('../../../docs/', import.meta.url);
const MIB = 2 ** 20;
/** The parts of the run that are compared for growth; before the first, caches fill and code is compiled. */
const SETTLED_FROM = 0.1;
const PART = 0.2;

export interface Run {
  readonly startedAt: Date;
  readonly looks: readonly Look[];
  /** What the gateway warned of. */
  readonly warningCount: number;
  readonly wasInterrupted: boolean;
}

export function writeReport(run: Run): void {
  mkdirSync(new URL('soak/', docs), { recursive: true });
  for (const [name, chart] of Object.entries(charts(run.looks))) {
    writeFileSync(new URL(`soak/${name}.svg`, docs), chart);
  }
  writeFileSync(new URL('soak.md', docs), markdown(run));
}

/** How much more heap was held at the end than when all had settled, in parts of it. */
export function heapGrowth(looks: readonly Look[]): number {
  const settled = looks.filter(({ collected }) => collected !== undefined);
  const from = Math.floor(settled.length * SETTLED_FROM);
  const count = Math.max(1, Math.floor(settled.length * PART));
  const mean = (part: readonly Look[]) =>
    part.reduce((sum, { collected }) => sum + held(collected), 0) / part.length;
  return mean(settled.slice(-count)) / mean(settled.slice(from, from + count)) - 1;
}

function held(figures: { heapBytes: number; bufferBytes: number } | undefined): number {
  return (figures?.heapBytes ?? 0) + (figures?.bufferBytes ?? 0);
}

function charts(looks: readonly Look[]): Record<string, string> {
  const series = (name: string, y: (look: Look) => number): Series => ({
    name,
    points: looks.map((look) => [look.minutes, y(look)] as const),
  });
  const x = { label: 'Time', unit: 'min', max: looks.at(-1)?.minutes ?? 1 };
  const collected = looks.filter((look) => look.collected !== undefined);
  return {
    memory: lineChart({
      title: 'Memory of the gateway',
      x,
      y: { label: 'Memory', unit: 'MiB' },
      series: [
        series('resident', ({ gateway }) => gateway.residentBytes / MIB),
        series('heap and buffers', ({ gateway }) => held(gateway) / MIB),
        {
          name: 'the same after a garbage collection',
          points: collected.map((look) => [look.minutes, held(look.collected) / MIB] as const),
        },
      ],
    }),
    'event-loop-delay': lineChart({
      title: 'Delay of the event loop, 99th percentile',
      x,
      y: { label: 'Delay', unit: 'ms' },
      series: [
        series('gateway', ({ gateway }) => gateway.delayP99Ms),
        series('listeners and microphones', ({ peers }) => peers.delayP99Ms),
        series('a process that does nothing', ({ idle }) => idle.delayP99Ms),
      ],
    }),
    'busy-turns': lineChart({
      title: 'Longest turn of the event loop in the gateway’s own processor time',
      x,
      y: { label: 'Turn', unit: 'ms' },
      series: [series('gateway', ({ gateway }) => gateway.busyTurnMs)],
    }),
    trouble: lineChart({
      title: 'Sums since the start',
      x,
      y: { label: 'Count', scale: 'log' },
      series: troubles
        .filter(({ of }) => looks.some((look) => of(look) > 0))
        .map(({ name, of }) => series(name, of)),
    }),
    processor: lineChart({
      title: 'Processor',
      x,
      y: { label: 'Cores' },
      series: [
        series('gateway', ({ cpuShare }) => cpuShare),
        series('load of the machine', ({ loadAverage }) => loadAverage),
      ],
    }),
  };
}

function markdown({ startedAt, looks, warningCount, wasInterrupted }: Run): string {
  const last = looks.at(-1);
  if (last === undefined) return '# Soak test\n\nIt ended before anything was seen.\n';
  const mean = (of: (look: Look) => number) =>
    looks.reduce((sum, look) => sum + of(look), 0) / looks.length;
  const most = (of: (look: Look) => number) =>
    looks.reduce((most, look) => Math.max(most, of(look)), 0);
  const rows = (table: readonly Trouble[]) =>
    table.map(({ name, doc, of }) => `| ${name} | ${count(of(last))} | ${doc} |`).join('\n');
  const [first] = cpus();
  return `# Soak test

Written by \`npm run soak\`: 50 programs, 50 pages that listen and 5 microphones hold a gateway in real time.
Players play sounds that recorders and listeners know sample by sample, and everything that these hear is
compared with what it must be.

| | |
| --- | --- |
| Began | ${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC |
| Lasted | ${duration(last.minutes)}${wasInterrupted ? ', then it was interrupted' : ''} |
| Machine | ${first?.model.trim() || 'an unnamed processor'}, ${cpus().length} cores, Node ${process.version}, ${type()} ${release()} |
| Load of the machine | ${mean(({ loadAverage }) => loadAverage).toFixed(1)} on average, ${most(({ loadAverage }) => loadAverage).toFixed(1)} at most |
| Processor that the gateway needed | ${(100 * mean(({ cpuShare }) => cpuShare)).toFixed(0)} % of a core |
| Heap and buffers after a garbage collection | ${growthInWords(looks)} |
| Resident memory | ${mib(looks[0]?.gateway.residentBytes ?? 0)} at the start, ${mib(last.gateway.residentBytes)} at the end, ${mib(most(({ gateway }) => gateway.residentBytes))} at most |
| Event loop, 99th percentile of its delay | ${mean(({ gateway }) => gateway.delayP99Ms).toFixed(1)} ms on average, ${most(({ gateway }) => gateway.delayP99Ms).toFixed(1)} ms at most |
| The same of a process that does nothing | ${mean(({ idle }) => idle.delayP99Ms).toFixed(1)} ms on average, ${most(({ idle }) => idle.delayP99Ms).toFixed(1)} ms at most |
| The same of the process of listeners and microphones | ${mean(({ peers }) => peers.delayP99Ms).toFixed(1)} ms on average, ${most(({ peers }) => peers.delayP99Ms).toFixed(1)} ms at most |
| Longest turn of the loop, in processor time | ${most(({ gateway }) => gateway.busyTurnMs).toFixed(1)} ms |
| Warnings in the gateway’s log | ${warningCount} |

## What went wrong

What is about time, a busy machine causes too: the load, and the process that does nothing, tell how busy it was.
A late play is heard as silence, and so counts among wrong recordings and frames as well.

| | | |
| --- | ---: | --- |
${rows(troubles.filter(({ isAboutTime }) => isAboutTime))}
${rows(troubles.filter(({ isAboutTime }) => !isAboutTime))}

## What was done meanwhile

| | | |
| --- | ---: | --- |
${rows(works)}

## Over time

![Memory](soak/memory.svg)

![Delay of the event loop](soak/event-loop-delay.svg)

![Longest turns](soak/busy-turns.svg)

![Trouble](soak/trouble.svg)

![Processor](soak/processor.svg)
`;
}

function growthInWords(looks: readonly Look[]): string {
  const collected = looks.flatMap((look) => (look.collected === undefined ? [] : [look.collected]));
  if (collected.length < 3) return 'not looked at often enough';
  const percent = (100 * heapGrowth(looks)).toFixed(1);
  return `${mib(held(collected.at(-1)))} at the end, which is ${percent} % more than when all had settled`;
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

function count(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: 0 });
}

function duration(minutes: number): string {
  return minutes < 90 ? `${minutes.toFixed(0)} minutes` : `${(minutes / 60).toFixed(1)} hours`;
}
