// What listeners cost: CPU, delay and memory of the gateway with a program that plays, beside a bare fan-out
// with `ws` and beside pre-framed messages written to raw sockets.
import { lineChart } from './chart.ts';
import {
  measureRelay,
  type RelayFigures,
  type RelayPace,
  type RelayPoint,
} from './relay-rounds.ts';
import type { BenchmarkOptions, Chart, Figure, Section } from './section.ts';
import { preciseRatio } from './words.ts';

const ordinary: RelayPace = {
  listenerCounts: [1, 10, 100, 500, 1_000, 2_000],
  warmUpMs: 10_000,
  rounds: 5,
  settleMs: 400,
  measureMs: 1_500,
};
const quick: RelayPace = {
  listenerCounts: [1, 20],
  warmUpMs: 300,
  rounds: 1,
  settleMs: 300,
  measureMs: 300,
};

/** A server's memory comes in steps, which few listeners do not show. */
const LISTENERS_FOR_MEMORY = 100;

export async function relay({ isQuick }: BenchmarkOptions): Promise<Section> {
  return relaySection(await measureRelay(isQuick ? quick : ordinary));
}

function relaySection({ points, stall }: RelayFigures): Section {
  return {
    title: 'relay: listeners of 48 kHz stereo',
    columns: [
      'server',
      'listeners',
      'CPU',
      'times bare ws',
      'times raw sockets',
      'delay p50',
      'delay p99',
      'event loop p99',
      'got',
      'memory each',
    ],
    rows: points.map(rowOf),
    figures: points.flatMap(figuresOf),
    charts: [
      chart('CPU by listeners', '% of a core', points, (point) => 100 * point.cpuShare.median),
      chart('Delay by listeners (p99)', 'ms', points, (point) => point.delayP99Ms.median),
    ],
    notes: [
      `A listener that stalls: with it, the delay's p99 of ${stall.listenerCount} others is ${milliseconds(stall.withP99Ms.median)}, without it ${milliseconds(stall.withoutP99Ms.median)}.`,
      'CPU is the share of one core that the server took; the gateway, bare `ws` and raw sockets took turns, and a ratio is the median of the rounds with the least and the most in brackets. The gateway is the real one, with a program that plays 48 kHz stereo, a tenth of a second at a time, over TCP: the floors have neither program nor mixing, which is what the gateway takes more with one listener.',
      'The listeners are in a process of their own, on another core, and never sleep while they are sent to: a server that writes to a process which sleeps pays for waking it, which can be half of its CPU, and more or less by chance. A delay is from the moment that a frame names to its arrival there, so it includes the frames of the listeners before. "event loop p99" is how late the server was with everything else; it was watched apart from the rest, because watching takes CPU. "got" is the share of the frames that a listener should have had. Memory is how much larger the server was with its listeners than with one, which is too little to be seen in few.',
    ],
  };
}

function rowOf(point: RelayPoint): string[] {
  return [
    point.kind,
    String(point.listenerCount),
    `${(100 * point.cpuShare.median).toFixed(1)} %`,
    preciseRatio(point.timesWs),
    preciseRatio(point.timesRaw),
    milliseconds(point.delayP50Ms.median),
    milliseconds(point.delayP99Ms.median),
    milliseconds(point.loopDelayP99Ms),
    `${(100 * point.gotShare).toFixed(0)} %`,
    point.listenerCount < LISTENERS_FOR_MEMORY
      ? ''
      : `${(point.bytesPerListener / 1_024).toFixed(0)} KiB`,
  ];
}

function figuresOf({ kind, listenerCount, timesWs, timesRaw }: RelayPoint): Figure[] {
  if (kind !== 'gateway') return [];
  return [
    { name: `${listenerCount} listeners, beside bare ws`, ratio: timesWs.median },
    { name: `${listenerCount} listeners, beside raw sockets`, ratio: timesRaw.median },
  ];
}

function chart(
  name: string,
  unit: string,
  points: readonly RelayPoint[],
  figureOf: (point: RelayPoint) => number,
): Chart {
  const kinds = [...new Set(points.map(({ kind }) => kind))];
  const svg = lineChart({
    title: name,
    x: { label: 'listeners of 48 kHz stereo', scale: 'log' },
    y: { label: name.replace(/ by .*/, ''), unit, scale: 'log' },
    hasDots: true,
    series: kinds.map((kind) => ({
      name: kind,
      points: points
        .filter((point) => point.kind === kind)
        .map((point) => [point.listenerCount, figureOf(point)]),
    })),
  });
  return { name, svg };
}

function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}
