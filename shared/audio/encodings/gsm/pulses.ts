// Regular pulse excitation of GSM 06.10, sections 5.2.13 to 5.2.18 and 5.3.1: of a subframe's
// residual the best of four grids is kept, every third sample, as 3-bit pulses under a common
// block maximum.
import { magnitude, multiply, multiplyRounded, saturate } from './arithmetic.ts';
import { subframeField } from './frame.ts';
import {
  mantissaInverses,
  mantissaLevels,
  pulsesPerSubframe,
  samplesPerSubframe,
  weightingFilter,
} from './tables.ts';

const gridCount = 4;
const gridStep = 3;
const filterReach = (weightingFilter.length - 1) / 2;

export class PulseEncoder {
  /** The residual with zeros on both sides, as far as the filter reaches. */
  readonly #padded = new Int16Array(samplesPerSubframe + 2 * filterReach);
  readonly #weighted = new Int16Array(samplesPerSubframe);

  /** Writes the grid, the block maximum and the pulses to the subframe's parameters from `first` on. */
  encode(residual: Int16Array, parameters: Uint8Array, first: number): void {
    this.#weigh(residual);
    const grid = this.#chooseGrid();
    const maximumCode = codeOfMaximum(this.#peakOf(grid));
    parameters[first + subframeField.grid] = grid;
    parameters[first + subframeField.blockMaximum] = maximumCode;

    const exponent = exponentOf(maximumCode);
    const inverse = mantissaInverses[mantissaOf(maximumCode, exponent)] as number;
    for (let i = 0; i < pulsesPerSubframe; i++) {
      const scaled = (this.#weighted[grid + gridStep * i] as number) << (6 - exponent);
      parameters[first + subframeField.pulses + i] = (multiply(scaled, inverse) >> 12) + 4;
    }
  }

  #weigh(residual: Int16Array): void {
    this.#padded.set(residual, filterReach);
    for (let i = 0; i < samplesPerSubframe; i++) {
      let sum = 4096;
      for (let tap = 0; tap < weightingFilter.length; tap++) {
        sum += (this.#padded[i + tap] as number) * (weightingFilter[tap] as number);
      }
      this.#weighted[i] = saturate(sum >> 13);
    }
  }

  /** The grid that holds the most energy; the first of equals. */
  #chooseGrid(): number {
    let best = 0;
    let bestEnergy = -1;
    for (let grid = 0; grid < gridCount; grid++) {
      let energy = 0;
      for (let i = 0; i < pulsesPerSubframe; i++) {
        const sample = (this.#weighted[grid + gridStep * i] as number) >> 2;
        energy += sample * sample;
      }
      if (energy > bestEnergy) {
        best = grid;
        bestEnergy = energy;
      }
    }
    return best;
  }

  #peakOf(grid: number): number {
    let peak = 0;
    for (let i = 0; i < pulsesPerSubframe; i++) {
      peak = Math.max(peak, magnitude(this.#weighted[grid + gridStep * i] as number));
    }
    return peak;
  }
}

/** Writes a subframe's residual: its pulses on their grid, zeros between. */
export function decodePulses(parameters: Uint8Array, first: number, residual: Int16Array): void {
  const maximumCode = parameters[first + subframeField.blockMaximum] as number;
  const exponent = exponentOf(maximumCode);
  const level = mantissaLevels[mantissaOf(maximumCode, exponent)] as number;
  const shift = 6 - exponent;
  const rounding = shift === 0 ? 0 : 1 << (shift - 1);
  const grid = parameters[first + subframeField.grid] as number;
  residual.fill(0);
  for (let i = 0; i < pulsesPerSubframe; i++) {
    const pulse = 2 * (parameters[first + subframeField.pulses + i] as number) - 7;
    const scaled = multiplyRounded(level, pulse << 12);
    residual[grid + gridStep * i] = saturate(scaled + rounding) >> shift;
  }
}

/** Section 5.2.15: 3 bits of exponent and 3 of mantissa, coarser as the maximum grows. */
function codeOfMaximum(peak: number): number {
  const exponent = Math.min(6, 32 - Math.clz32(peak >> 9));
  return (peak >> (exponent + 5)) + (exponent << 3);
}

/** The power of 2 of a block maximum, counted so that the mantissa is normalised. */
function exponentOf(maximumCode: number): number {
  if (maximumCode === 0) return -4;
  if (maximumCode > 15) return (maximumCode >> 3) - 1;
  return 28 - Math.clz32(maximumCode);
}

/** The mantissa without its leading bit; what the code lacks below is filled with ones. */
function mantissaOf(maximumCode: number, exponent: number): number {
  if (maximumCode === 0) return 7;
  if (exponent >= 0) return maximumCode & 7;
  return (((maximumCode + 1) << -exponent) - 1) & 7;
}
