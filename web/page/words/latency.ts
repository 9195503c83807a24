// Why it sounds as it does: where the delay comes from, and what the figures mean.
import type { PlayerReport } from '../../audio/face.ts';
import { countInWords, msInWords, percentInWords } from './in-words.ts';

export type LatencyPart = 'network' | 'buffer' | 'output';

export interface LatencyShare {
  readonly part: LatencyPart;
  readonly name: string;
  readonly doc: string;
  readonly ms: number;
  /** Of the whole, from 0 to 1. */
  readonly share: number;
}

const parts: readonly Pick<LatencyShare, 'part' | 'name' | 'doc'>[] = [
  { part: 'network', name: 'Network', doc: 'The way from the gateway to this page.' },
  {
    part: 'buffer',
    name: 'Jitter buffer',
    doc: 'Sound kept in hand on purpose, so that what comes late is still in time.',
  },
  { part: 'output', name: 'Output', doc: 'Your browser, system and loudspeakers.' },
];

export function latencyMs({ networkMs, bufferMs, outputMs }: PlayerReport): number {
  return networkMs + bufferMs + outputMs;
}

export function latencyShares(report: PlayerReport): LatencyShare[] {
  const wholeMs = latencyMs(report);
  const ms = { network: report.networkMs, buffer: report.bufferMs, output: report.outputMs };
  return parts.map((entry) => ({
    ...entry,
    ms: ms[entry.part],
    share: wholeMs > 0 ? ms[entry.part] / wholeMs : 0,
  }));
}

/** For those who cannot see the bar. */
export function latencyInWords(report: PlayerReport): string {
  const shares = latencyShares(report).map(
    ({ name, ms, share }) => `${name} ${msInWords(ms)} (${percentInWords(share)})`,
  );
  return `${msInWords(latencyMs(report))} in all: ${shares.join(', ')}`;
}

/** How much later than played it is heard, in the words of a person. */
export function delayInWords(report: PlayerReport): string {
  const seconds = latencyMs(report) / 1_000;
  const behind = `You hear it ${seconds.toFixed(2)} s after it was played`;
  if (seconds < 0.1) return `${behind}: too short to notice.`;
  if (seconds < 0.25) return `${behind}: fine for music, just noticeable in a conversation.`;
  return `${behind}: long enough to get in the way of a conversation.`;
}

/** Instead of the delay: what is heard next waits in the buffer, which the figures of now do not show. */
export const quietInWords =
  'It is quiet: nothing plays right now. The buffer is empty, so that what plays next is heard later than these figures say.';

/** Figures above which a cause is worth a sentence. */
const SLOW_NETWORK_MS = 80;
const SLOW_OUTPUT_MS = 80;
const LARGE_BUFFER_MS = 200;
const LARGE_DRIFT_PPM = 300;

interface Finding {
  readonly fits: (now: PlayerReport, before: PlayerReport) => boolean;
  readonly say: (now: PlayerReport, before: PlayerReport) => string;
}

const newUnderruns = (now: PlayerReport, before: PlayerReport) =>
  now.underrunCount - before.underrunCount;
const newDrops = (now: PlayerReport, before: PlayerReport) =>
  now.droppedFrameCount - before.droppedFrameCount;

const findings: readonly Finding[] = [
  {
    fits: (now, before) => newUnderruns(now, before) > 0,
    say: (now, before) =>
      `It stuttered: sound came too late ${countInWords(newUnderruns(now, before), 'time')} in the last minute, and each time there was a short silence. The buffer now keeps ${msInWords(now.targetMs)} in hand to prevent that.`,
  },
  {
    fits: (now, before) => newDrops(now, before) > 0,
    say: () =>
      'Some sound was left out to catch up: the network, or this page, had fallen too far behind.',
  },
  {
    fits: (now) => now.networkMs > SLOW_NETWORK_MS,
    say: () => 'The network is slow: a cable or a nearer access point shortens the delay.',
  },
  {
    fits: (now) => now.targetMs > LARGE_BUFFER_MS,
    say: () =>
      'Sound arrives unevenly, so the buffer keeps much in hand; it shrinks again by itself once the network is steady.',
  },
  {
    fits: (now) => now.outputMs > SLOW_OUTPUT_MS,
    say: () => 'Your output is slow, as wireless loudspeakers and headphones often are.',
  },
  {
    fits: (now) => Math.abs(now.driftPpm) > LARGE_DRIFT_PPM,
    say: () =>
      'The clocks of the two machines differ more than usual; this is corrected too finely to be heard.',
  },
];

/** Sentences about the time between two reports, about a minute apart; never none. */
export function diagnosis(now: PlayerReport, before: PlayerReport): string[] {
  const said = findings.filter(({ fits }) => fits(now, before)).map(({ say }) => say(now, before));
  return said.length > 0
    ? said
    : ['All is well: sound arrives in time, and nothing was left out in the last minute.'];
}
