// Gain: decibels to factors, and factors applied to integer samples. A product is cut off towards
// zero and limited to the range of its samples, as the original's gain tables do (original.md 10),
// so a factor of 1 (0 dB) is exactly the identity.

/** original.md 8: the gain of an audio context is silently kept within this many dB of zero. */
export const MAX_GAIN_DB = 100;

const INT32_MIN = -0x80000000;
const INT32_MAX = 0x7fffffff;
const LINEAR14_MIN = -0x2000;
const LINEAR14_MAX = 0x1fff;

export function clampGainDb(gainDb: number): number {
  return clamp(gainDb, -MAX_GAIN_DB, MAX_GAIN_DB);
}

/** Exactly 1 at 0 dB. */
export function gainFactorOfDb(gainDb: number): number {
  return 10 ** (gainDb / 20);
}

/** One value in 14-bit scale (-8192 to 8191), the linear form in which mu-law gain is defined. */
export function gained14(value: number, factor: number): number {
  return clamp(value * factor, LINEAR14_MIN, LINEAR14_MAX) | 0;
}

/** One value in 16-bit scale. */
export function gained16(value: number, factor: number): number {
  return Math.max(-0x8000, Math.min(0x7fff, value * factor)) | 0;
}

/** Multiplies `count` samples from `at` on, in place. */
export function applyGain16(samples: Int16Array, at: number, count: number, factor: number): void {
  if (factor === 1) return;
  for (let i = at; i < at + count; i++) {
    samples[i] = gained16(samples[i] as number, factor);
  }
}

/** Multiplies `count` samples from `at` on, in place. */
export function applyGain32(samples: Int32Array, at: number, count: number, factor: number): void {
  if (factor === 1) return;
  for (let i = at; i < at + count; i++) {
    samples[i] = clamp((samples[i] as number) * factor, INT32_MIN, INT32_MAX);
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
