// How long the parts of the server benchmark take, and small helpers for time and numbers.
import { spreadOf } from './measure.ts';

export interface Pace {
  /** Ordinary durations are multiplied by this; a smoke test uses a small one. */
  readonly scale: number;
}

export const ordinaryPace: Pace = { scale: 1 };
export const quickPace: Pace = { scale: 0.1 };

export function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

export function median(numbers: readonly number[]): number {
  return spreadOf(numbers).median;
}

/** The number below which that part of all of them lies. */
export function quantile(numbers: ArrayLike<number>, part: number): number {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
