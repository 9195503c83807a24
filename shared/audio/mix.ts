// Mixing for play buffers: sounds are added, without limit of level, into 32-bit accumulators that
// hold 16-bit scale, and the sum is clipped once, on the way out. 65,536 full-scale sounds fit on top
// of each other before an accumulator could overflow.
//
// Everything here works on ranges that the caller has checked to lie inside the arrays (a ring's
// owner splits a range where it wraps), and allocates nothing. `from` and `count` are in samples, all
// channels counted. A stereo interface's left and right views (original.md 9.4) are the same buffer
// with a `stride` of 2: `at` = 2 * frame + channel.
//
// mu-law and A-law devices use the same buffers: 16-bit expansions are 4 times the 14-bit ones, so
// clipping the sum to 16 bits and compressing it is the original's 14-bit mixing table.
import { gained16 } from './gain.ts';
import {
  addContiguous,
  addGained,
  addStrided,
  clipContiguous,
  putContiguous,
  putStrided,
} from './mix-loops.ts';

/**
 * Adds samples to what the accumulator holds, each multiplied by `gainFactor` first. The product is
 * cut off towards zero and limited to 16 bits before it is added; a factor of 1 changes nothing.
 */
export function mixInto(
  accumulator: Int32Array,
  at: number,
  samples: Int16Array,
  from: number,
  count: number,
  gainFactor = 1,
  stride = 1,
): void {
  if (gainFactor !== 1) addGained(accumulator, at, samples, from, count, gainFactor, stride);
  else if (stride !== 1) addStrided(accumulator, at, samples, from, count, stride);
  else addContiguous(accumulator, at, samples, from, count);
}

/** Puts samples, with gain as in `mixInto`, in the place of what the accumulator held (preempting play). */
export function replaceInto(
  accumulator: Int32Array,
  at: number,
  samples: Int16Array,
  from: number,
  count: number,
  gainFactor = 1,
  stride = 1,
): void {
  if (gainFactor === 1) {
    if (stride === 1) putContiguous(accumulator, at, samples, from, count);
    else putStrided(accumulator, at, samples, from, count, stride);
    return;
  }
  const end = from + count;
  let to = at;
  for (let i = from; i < end; i++) {
    accumulator[to] = gained16(samples[i] as number, gainFactor);
    to = (to + stride) | 0;
  }
}

/** Clips `count` accumulators to 16 bits; with a stride, those of one channel only. */
export function clipTo16(
  accumulator: Int32Array,
  from: number,
  output: Int16Array,
  at: number,
  count: number,
  stride = 1,
): void {
  if (stride === 1) {
    clipContiguous(accumulator, from, output, at, count);
    return;
  }
  const end = at + count;
  let source = from;
  for (let i = at; i < end; i++) {
    output[i] = Math.max(-0x8000, Math.min(0x7fff, accumulator[source] as number));
    source = (source + stride) | 0;
  }
}
