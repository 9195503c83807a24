// What is measured of a server that mixes: how much it took, and how much of what it mixed was heard.
import { cpuMsOf, wakeUpsOf } from './peer-process.ts';
import { sleep } from './server-pace.ts';

/** What a program sends and hears at a time: as much as the original library puts into one request. */
export const BLOCK_FRAMES = 2_043;
export const RATE_HZ = 48_000;
export const BYTES_PER_FRAME = 4;
export const BLOCK_MS = Math.round((1_000 * BLOCK_FRAMES) / RATE_HZ);

export interface Mixed {
  /** Of one core. */
  readonly cpuShare: number;
  /** How much of the time the mixture was heard, and was not silent. */
  readonly heardShare: number;
  readonly wakeUpsPerSecond: number;
}

export interface RunningMixer {
  /** With so many streams of 48 kHz stereo. */
  measure(streamCount: number, measureMs: number): Promise<Mixed>;
  stop(): Promise<void>;
}

export interface Mixer {
  readonly name: string;
  /** Programs that must be there. */
  readonly programs: readonly string[];
  /** With one program that hears what it mixes. */
  start(): Promise<RunningMixer>;
}

/** Of 16-bit stereo: how many frames are not silent. */
export function loudFramesIn(samples: Uint8Array): number {
  const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
  let count = 0;
  for (let at = 0; at + BYTES_PER_FRAME <= view.byteLength; at += BYTES_PER_FRAME) {
    if (view.getUint32(at) !== 0) count += 1;
  }
  return count;
}

/** `loudFrames` says how many frames that are not silent were heard so far. */
export async function shareDuring(
  measureMs: number,
  pids: readonly number[],
  loudFrames: () => number,
): Promise<Mixed> {
  const loudBefore = loudFrames();
  const wakeUpsBefore = wakeUpsOf(pids);
  const [cpuBefore, startMs] = [cpuMsOf(pids), performance.now()];
  await sleep(measureMs);
  const elapsedMs = performance.now() - startMs;
  const cpuShare = (cpuMsOf(pids) - cpuBefore) / elapsedMs;
  const wakeUpsPerSecond = (1_000 * (wakeUpsOf(pids) - wakeUpsBefore)) / elapsedMs;
  const loudMs = (1_000 * (loudFrames() - loudBefore)) / RATE_HZ;
  return { cpuShare, heardShare: loudMs / elapsedMs, wakeUpsPerSecond };
}

/** What servers take that mix nothing, and what each stream adds: the line that lies nearest to all shares. */
export interface Growth {
  readonly fixed: number;
  readonly perStream: number;
}

export function growthOf(shares: ReadonlyMap<number, number>): Growth {
  const points = [...shares];
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanCount = mean(points.map(([count]) => count));
  const meanShare = mean(points.map(([, share]) => share));
  const together = mean(points.map(([count, share]) => (count - meanCount) * (share - meanShare)));
  const perStream = together / mean(points.map(([count]) => (count - meanCount) ** 2));
  return { perStream, fixed: meanShare - perStream * meanCount };
}
