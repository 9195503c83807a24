// Long-term prediction of GSM 06.10, sections 5.2.11, 5.2.12 and 5.3.2: how far back the signal looks
// like now (the pitch), and how much of that to take over.
import { headroom, magnitude, multiply, multiplyRounded } from './arithmetic.ts';
import {
  gainLevels,
  gainLimits,
  longestLag,
  samplesPerFrame,
  samplesPerSubframe,
  shortestLag,
} from './tables.ts';

/** The residual as the decoder will know it: 120 samples of the past, then the frame in the making. */
export class ResidualHistory {
  readonly samples = new Int16Array(longestLag + samplesPerFrame);

  reset(): void {
    this.samples.fill(0);
  }

  /** Makes the end of the frame the past of the next one. */
  endFrame(): void {
    this.samples.copyWithin(0, samplesPerFrame);
  }
}

/** The index in a history of the first sample of a subframe. */
export function historyIndexOf(subframe: number): number {
  return longestLag + subframe * samplesPerSubframe;
}

/** Writes what the past at `lag` says about the subframe that starts at `start`. */
export function predict(
  history: Int16Array,
  start: number,
  lag: number,
  gainCode: number,
  prediction: Int16Array,
): void {
  const gain = gainLevels[gainCode] as number;
  for (let i = 0; i < samplesPerSubframe; i++) {
    prediction[i] = multiplyRounded(gain, history[start + i - lag] as number);
  }
}

export class LongTermAnalyser {
  readonly #scaled = new Int16Array(samplesPerSubframe);

  /** What `analyse` found. */
  lag = shortestLag;
  gainCode = 0;

  /** `residual` from `first` on is the subframe for which `history` has room at `start`. */
  analyse(residual: Int16Array, first: number, history: Int16Array, start: number): void {
    const shift = this.#scale(residual, first);
    const best = this.#findLag(history, start);
    this.gainCode = gainCodeOf((best << 1) >> (6 - shift), power(history, start - this.lag));
  }

  /**
   * Sets `lag` to the first that correlates best, and returns that correlation, 0 where none is
   * positive. Three lags at a time share what they read: this is most of an encoder's work.
   */
  #findLag(history: Int16Array, start: number): number {
    const scaled = this.#scaled;
    let best = 0;
    this.lag = shortestLag;
    for (let lag = shortestLag; lag <= longestLag; lag += 3) {
      let past1 = history[start - lag - 1] as number;
      let past2 = history[start - lag - 2] as number;
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      for (let i = 0; i < samplesPerSubframe; i++) {
        const sample = scaled[i] as number;
        const past0 = history[start - lag + i] as number;
        sum0 = (sum0 + sample * past0) | 0;
        sum1 = (sum1 + sample * past1) | 0;
        sum2 = (sum2 + sample * past2) | 0;
        past2 = past1;
        past1 = past0;
      }
      if (sum0 > best) {
        best = sum0;
        this.lag = lag;
      }
      if (sum1 > best) {
        best = sum1;
        this.lag = lag + 1;
      }
      if (sum2 > best) {
        best = sum2;
        this.lag = lag + 2;
      }
    }
    return best;
  }

  /** Scales the subframe down so that the correlations fit 32 bits; returns by how many bits. */
  #scale(residual: Int16Array, first: number): number {
    let peak = 0;
    for (let i = 0; i < samplesPerSubframe; i++) {
      peak = Math.max(peak, magnitude(residual[first + i] as number));
    }
    const shift = peak === 0 ? 6 : Math.max(0, 6 - headroom(peak << 16));
    for (let i = 0; i < samplesPerSubframe; i++) {
      this.#scaled[i] = (residual[first + i] as number) >> shift;
    }
    return shift;
  }
}

function power(history: Int16Array, start: number): number {
  let sum = 0;
  for (let i = 0; i < samplesPerSubframe; i++) {
    const sample = (history[start + i] as number) >> 3;
    sum += sample * sample;
  }
  return sum << 1;
}

/** The code of correlation / power. */
function gainCodeOf(correlation: number, pastPower: number): number {
  if (correlation <= 0) return 0;
  if (correlation >= pastPower) return gainLimits.length;
  const shift = headroom(pastPower);
  const numerator = (correlation << shift) >> 16;
  const denominator = (pastPower << shift) >> 16;
  let code = 0;
  while (
    code < gainLimits.length &&
    numerator > multiply(denominator, gainLimits[code] as number)
  ) {
    code++;
  }
  return code;
}
