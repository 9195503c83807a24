// What the audio benchmark measures: work on blocks of samples, and the signal that all blocks hold.

/** As in c-kernels/kernels.h. */
export const BLOCK_SAMPLES = 960;
const SET_COUNT = 3;

/** Does one block. What it gives back is only there so that the work is not optimized away. */
export type Block = () => number;

export interface Subject {
  readonly name: string;
  /** Its namesake in c-kernels/, where it has one. */
  readonly cKernel?: string;
  readonly samplesPerBlock: number;
  /** Samples that a stream has in a second, where a share of a core says something. */
  readonly samplesPerSecond?: number;
  /** The same work with buffers and state of its own each. They take turns, as the clients of a gateway do. */
  readonly blocks: readonly Block[];
}

export interface SubjectOptions {
  readonly cKernel?: string;
  readonly samplesPerBlock?: number;
  readonly samplesPerSecond?: number;
}

export function subject(
  name: string,
  create: (set: number) => Block,
  options: SubjectOptions = {},
): Subject {
  const blocks = Array.from({ length: SET_COUNT }, (_, set) => create(set));
  return { name, samplesPerBlock: BLOCK_SAMPLES, ...options, blocks };
}

/** Two sines and a little noise, the same as in c-kernels/main.c: codecs take every branch. */
export function signal(set: number, sampleCount: number = BLOCK_SAMPLES): Int16Array {
  let noise = set + 1;
  return Int16Array.from({ length: sampleCount }, (_, i) => {
    noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(8000 * Math.sin(0.05 * i) + 4000 * Math.sin(0.31 * i) + (noise >>> 21));
  });
}
