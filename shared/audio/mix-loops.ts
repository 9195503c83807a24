// The inner loops of mixing, written out several samples at a time: V8 spends as much on the test and the
// jump of a loop as on a sample. bench/results.md has what that brings. Contracts as in mix.ts.

/**
 * Places in the arrays are masked to what a number of 30 bits can be, which changes none of them: V8 then
 * knows that they stay above zero, and checks no sum for an overflow.
 */
const PLACE = 0x3fffffff;

/** From here on every sample but 0 lies beyond 16 bits, and every product within 32. */
const LARGEST_FACTOR = 0x10000;

/** Adds samples to accumulators. */
export function addContiguous(
  acc: Int32Array,
  at: number,
  samples: Int16Array,
  from: number,
  count: number,
): void {
  const end = from + count;
  let to = at & PLACE;
  let i = from & PLACE;
  while (i < end - 31) {
    acc[to] = ((acc[to] as number) + (samples[i] as number)) | 0;
    acc[to + 1] = ((acc[to + 1] as number) + (samples[i + 1] as number)) | 0;
    acc[to + 2] = ((acc[to + 2] as number) + (samples[i + 2] as number)) | 0;
    acc[to + 3] = ((acc[to + 3] as number) + (samples[i + 3] as number)) | 0;
    acc[to + 4] = ((acc[to + 4] as number) + (samples[i + 4] as number)) | 0;
    acc[to + 5] = ((acc[to + 5] as number) + (samples[i + 5] as number)) | 0;
    acc[to + 6] = ((acc[to + 6] as number) + (samples[i + 6] as number)) | 0;
    acc[to + 7] = ((acc[to + 7] as number) + (samples[i + 7] as number)) | 0;
    acc[to + 8] = ((acc[to + 8] as number) + (samples[i + 8] as number)) | 0;
    acc[to + 9] = ((acc[to + 9] as number) + (samples[i + 9] as number)) | 0;
    acc[to + 10] = ((acc[to + 10] as number) + (samples[i + 10] as number)) | 0;
    acc[to + 11] = ((acc[to + 11] as number) + (samples[i + 11] as number)) | 0;
    acc[to + 12] = ((acc[to + 12] as number) + (samples[i + 12] as number)) | 0;
    acc[to + 13] = ((acc[to + 13] as number) + (samples[i + 13] as number)) | 0;
    acc[to + 14] = ((acc[to + 14] as number) + (samples[i + 14] as number)) | 0;
    acc[to + 15] = ((acc[to + 15] as number) + (samples[i + 15] as number)) | 0;
    acc[to + 16] = ((acc[to + 16] as number) + (samples[i + 16] as number)) | 0;
    acc[to + 17] = ((acc[to + 17] as number) + (samples[i + 17] as number)) | 0;
    acc[to + 18] = ((acc[to + 18] as number) + (samples[i + 18] as number)) | 0;
    acc[to + 19] = ((acc[to + 19] as number) + (samples[i + 19] as number)) | 0;
    acc[to + 20] = ((acc[to + 20] as number) + (samples[i + 20] as number)) | 0;
    acc[to + 21] = ((acc[to + 21] as number) + (samples[i + 21] as number)) | 0;
    acc[to + 22] = ((acc[to + 22] as number) + (samples[i + 22] as number)) | 0;
    acc[to + 23] = ((acc[to + 23] as number) + (samples[i + 23] as number)) | 0;
    acc[to + 24] = ((acc[to + 24] as number) + (samples[i + 24] as number)) | 0;
    acc[to + 25] = ((acc[to + 25] as number) + (samples[i + 25] as number)) | 0;
    acc[to + 26] = ((acc[to + 26] as number) + (samples[i + 26] as number)) | 0;
    acc[to + 27] = ((acc[to + 27] as number) + (samples[i + 27] as number)) | 0;
    acc[to + 28] = ((acc[to + 28] as number) + (samples[i + 28] as number)) | 0;
    acc[to + 29] = ((acc[to + 29] as number) + (samples[i + 29] as number)) | 0;
    acc[to + 30] = ((acc[to + 30] as number) + (samples[i + 30] as number)) | 0;
    acc[to + 31] = ((acc[to + 31] as number) + (samples[i + 31] as number)) | 0;
    to = (to + 32) & PLACE;
    i = (i + 32) & PLACE;
  }
  for (; i < end; i++) {
    acc[to] = ((acc[to] as number) + (samples[i] as number)) | 0;
    to = (to + 1) & PLACE;
  }
}

/** Puts samples in the place of accumulators. */
export function putContiguous(
  acc: Int32Array,
  at: number,
  samples: Int16Array,
  from: number,
  count: number,
): void {
  const end = from + count;
  let to = at & PLACE;
  let i = from & PLACE;
  while (i < end - 15) {
    acc[to] = samples[i] as number;
    acc[to + 1] = samples[i + 1] as number;
    acc[to + 2] = samples[i + 2] as number;
    acc[to + 3] = samples[i + 3] as number;
    acc[to + 4] = samples[i + 4] as number;
    acc[to + 5] = samples[i + 5] as number;
    acc[to + 6] = samples[i + 6] as number;
    acc[to + 7] = samples[i + 7] as number;
    acc[to + 8] = samples[i + 8] as number;
    acc[to + 9] = samples[i + 9] as number;
    acc[to + 10] = samples[i + 10] as number;
    acc[to + 11] = samples[i + 11] as number;
    acc[to + 12] = samples[i + 12] as number;
    acc[to + 13] = samples[i + 13] as number;
    acc[to + 14] = samples[i + 14] as number;
    acc[to + 15] = samples[i + 15] as number;
    to = (to + 16) & PLACE;
    i = (i + 16) & PLACE;
  }
  for (; i < end; i++) {
    acc[to] = samples[i] as number;
    to = (to + 1) & PLACE;
  }
}

/** Adds samples to every accumulator `stride` apart. */
export function addStrided(
  acc: Int32Array,
  at: number,
  samples: Int16Array,
  from: number,
  count: number,
  stride: number,
): void {
  const end = from + count;
  let to = at & PLACE;
  let i = from & PLACE;
  for (; i < end - 7; i = (i + 8) & PLACE) {
    acc[to] = ((acc[to] as number) + (samples[i] as number)) | 0;
    to = (to + stride) & PLACE;
    acc[to] = ((acc[to] as number) + (samples[i + 1] as number)) | 0;
    to = (to + stride) & PLACE;
    acc[to] = ((acc[to] as number) + (samples[i + 2] as number)) | 0;
    to = (to + stride) & PLACE;
    acc[to] = ((acc[to] as number) + (samples[i + 3] as number)) | 0;
    to = (to + stride) & PLACE;
    acc[to] = ((acc[to] as number) + (samples[i + 4] as number)) | 0;
    to = (to + stride) & PLACE;
    acc[to] = ((acc[to] as number) + (samples[i + 5] as number)) | 0;
    to = (to + stride) & PLACE;
    acc[to] = ((acc[to] as number) + (samples[i + 6] as number)) | 0;
    to = (to + stride) & PLACE;
    acc[to] = ((acc[to] as number) + (samples[i + 7] as number)) | 0;
    to = (to + stride) & PLACE;
  }
  for (; i < end; i++) {
    acc[to] = ((acc[to] as number) + (samples[i] as number)) | 0;
    to = (to + stride) & PLACE;
  }
}

/** Puts samples in the place of every accumulator `stride` apart. */
export function putStrided(
  acc: Int32Array,
  at: number,
  samples: Int16Array,
  from: number,
  count: number,
  stride: number,
): void {
  const end = from + count;
  let to = at & PLACE;
  let i = from & PLACE;
  for (; i < end - 7; i = (i + 8) & PLACE) {
    acc[to] = samples[i] as number;
    to = (to + stride) & PLACE;
    acc[to] = samples[i + 1] as number;
    to = (to + stride) & PLACE;
    acc[to] = samples[i + 2] as number;
    to = (to + stride) & PLACE;
    acc[to] = samples[i + 3] as number;
    to = (to + stride) & PLACE;
    acc[to] = samples[i + 4] as number;
    to = (to + stride) & PLACE;
    acc[to] = samples[i + 5] as number;
    to = (to + stride) & PLACE;
    acc[to] = samples[i + 6] as number;
    to = (to + stride) & PLACE;
    acc[to] = samples[i + 7] as number;
    to = (to + stride) & PLACE;
  }
  for (; i < end; i++) {
    acc[to] = samples[i] as number;
    to = (to + stride) & PLACE;
  }
}

/** Clips accumulators to 16 bits. */
export function clipContiguous(
  acc: Int32Array,
  from: number,
  output: Int16Array,
  at: number,
  count: number,
): void {
  const end = from + count;
  let to = at & PLACE;
  let i = from & PLACE;
  for (; i < end - 15; i = (i + 16) & PLACE) {
    output[to] = clip16(acc[i] as number);
    output[to + 1] = clip16(acc[i + 1] as number);
    output[to + 2] = clip16(acc[i + 2] as number);
    output[to + 3] = clip16(acc[i + 3] as number);
    output[to + 4] = clip16(acc[i + 4] as number);
    output[to + 5] = clip16(acc[i + 5] as number);
    output[to + 6] = clip16(acc[i + 6] as number);
    output[to + 7] = clip16(acc[i + 7] as number);
    output[to + 8] = clip16(acc[i + 8] as number);
    output[to + 9] = clip16(acc[i + 9] as number);
    output[to + 10] = clip16(acc[i + 10] as number);
    output[to + 11] = clip16(acc[i + 11] as number);
    output[to + 12] = clip16(acc[i + 12] as number);
    output[to + 13] = clip16(acc[i + 13] as number);
    output[to + 14] = clip16(acc[i + 14] as number);
    output[to + 15] = clip16(acc[i + 15] as number);
    to = (to + 16) & PLACE;
  }
  for (; i < end; i++) {
    output[to] = clip16(acc[i] as number);
    to = (to + 1) & PLACE;
  }
}

/** Adds samples, each multiplied first: cut off towards zero, then limited to 16 bits. */
export function addGained(
  acc: Int32Array,
  at: number,
  samples: Int16Array,
  from: number,
  count: number,
  gainFactor: number,
  stride: number,
): void {
  const factor = Math.min(gainFactor, LARGEST_FACTOR);
  const end = from + count;
  let to = at & PLACE;
  let i = from & PLACE;
  for (; i < end - 3; i = (i + 4) & PLACE) {
    acc[to] = ((acc[to] as number) + clip16(((samples[i] as number) * factor) | 0)) | 0;
    to = (to + stride) & PLACE;
    acc[to] = ((acc[to] as number) + clip16(((samples[i + 1] as number) * factor) | 0)) | 0;
    to = (to + stride) & PLACE;
    acc[to] = ((acc[to] as number) + clip16(((samples[i + 2] as number) * factor) | 0)) | 0;
    to = (to + stride) & PLACE;
    acc[to] = ((acc[to] as number) + clip16(((samples[i + 3] as number) * factor) | 0)) | 0;
    to = (to + stride) & PLACE;
  }
  for (; i < end; i++) {
    acc[to] = ((acc[to] as number) + clip16(((samples[i] as number) * factor) | 0)) | 0;
    to = (to + stride) & PLACE;
  }
}

/** Of a whole number of 32 bits. One test where nothing is clipped, where the nearer of two bounds takes two. */
function clip16(value: number): number {
  return ((value + 0x8000) & ~0xffff) === 0 ? value : 0x7fff ^ (value >> 31);
}
