// Where a tone is torn.
import { type Stretch, stretchesOf } from './stalls.ts';

export interface Period {
  readonly amplitude: number;
  /** How far the tone is beside an even one, in cycles. */
  readonly cycles: number;
}

/** How strong a tone is in each of its periods, which are whole numbers of samples. */
export function periodsOf(samples: Float32Array, periodFrames: number): Period[] {
  return Array.from({ length: samples.length / periodFrames }, (_, period) => {
    let real = 0;
    let imaginary = 0;
    for (let i = 0; i < periodFrames; i++) {
      const sample = samples[period * periodFrames + i] as number;
      const angle = (2 * Math.PI * i) / periodFrames;
      real += (2 * sample * Math.cos(angle)) / periodFrames;
      imaginary += (2 * sample * Math.sin(angle)) / periodFrames;
    }
    const cycles = Math.atan2(imaginary, real) / (2 * Math.PI);
    return { amplitude: Math.hypot(real, imaginary), cycles };
  });
}

/** From each period to the next, by how much its place differs from that of an even tone. */
export function stepsOf(periods: readonly Period[]): number[] {
  return periods.slice(1).map(({ cycles }, i) => {
    const step = cycles - (periods[i]?.cycles ?? 0);
    return step - Math.round(step);
  });
}

/** Where a tone is weaker than it was, or jumps by so many cycles. */
export function tearsOf(
  samples: Float32Array,
  { rateHz, toneHz, amplitude, mostStep }: ToneShape,
): Stretch[] {
  const periods = periodsOf(samples, rateHz / toneHz);
  const steps = stepsOf(periods);
  const tornMs = periods.flatMap((period, i) => {
    const isWhole = Math.abs(period.amplitude / amplitude - 1) < 0.03;
    return isWhole && Math.abs(steps[i - 1] ?? 0) < mostStep ? [] : [(i * 1_000) / toneHz];
  });
  return stretchesOf(tornMs, 20);
}

export interface ToneShape {
  readonly rateHz: number;
  readonly toneHz: number;
  readonly amplitude: number;
  readonly mostStep: number;
}
