// Linear prediction analysis of GSM 06.10, sections 5.2.4 to 5.2.7: from a frame of samples to the
// codes of eight logarithmic area ratios.
import {
  add,
  divide,
  headroom,
  magnitude,
  multiply,
  multiplyRounded,
  saturate,
} from './arithmetic.ts';
import {
  ratioMaximum,
  ratioMinimum,
  ratioOffset,
  ratioScale,
  reflectionCount,
  samplesPerFrame,
} from './tables.ts';

export class LpcAnalyser {
  readonly #correlations = new Int32Array(reflectionCount + 1);
  readonly #reflections = new Int16Array(reflectionCount);
  readonly #schurP = new Int16Array(reflectionCount + 1);
  readonly #schurK = new Int16Array(reflectionCount + 1);

  /** Writes eight codes to the start of `parameters`. `samples` lose low bits when they are strong. */
  analyse(samples: Int16Array, parameters: Uint8Array): void {
    this.#correlate(samples);
    this.#findReflections();
    for (let i = 0; i < reflectionCount; i++) {
      parameters[i] = quantiseRatio(logAreaRatio(this.#reflections[i] as number), i);
    }
  }

  /** Section 5.2.4. The samples are scaled down so that the sums fit 32 bits, and up again. */
  #correlate(samples: Int16Array): void {
    let peak = 0;
    for (let i = 0; i < samplesPerFrame; i++)
      peak = Math.max(peak, magnitude(samples[i] as number));
    const shift = peak === 0 ? 0 : Math.max(0, 4 - headroom(peak << 16));
    if (shift > 0) {
      const factor = 16384 >> (shift - 1);
      for (let i = 0; i < samplesPerFrame; i++) {
        samples[i] = multiplyRounded(samples[i] as number, factor);
      }
    }
    for (let lag = 0; lag <= reflectionCount; lag++) {
      let sum = 0;
      for (let i = lag; i < samplesPerFrame; i++) {
        sum += (samples[i] as number) * (samples[i - lag] as number);
      }
      this.#correlations[lag] = sum << 1;
    }
    // A peak that was rounded up to 32768 wraps here, as it does in the reference.
    for (let i = 0; i < samplesPerFrame; i++) samples[i] = (samples[i] as number) << shift;
  }

  /** Section 5.2.5: the Schur recursion. What it cannot reach stays 0. */
  #findReflections(): void {
    const p = this.#schurP;
    const k = this.#schurK;
    const reflections = this.#reflections.fill(0);
    const energy = this.#correlations[0] as number;
    if (energy === 0) return;
    const shift = headroom(energy);
    for (let i = 0; i <= reflectionCount; i++) {
      const correlation = ((this.#correlations[i] as number) << shift) >> 16;
      p[i] = correlation;
      k[i] = correlation;
    }
    for (let n = 0; n < reflectionCount; n++) {
      const p0 = p[0] as number;
      const p1 = p[1] as number;
      if (p0 < magnitude(p1)) return;
      const quotient = divide(magnitude(p1), p0);
      const reflection = p1 > 0 ? -quotient : quotient;
      reflections[n] = reflection;
      p[0] = add(p0, multiplyRounded(p1, reflection));
      for (let m = 1; m < reflectionCount - n; m++) {
        const pNext = p[m + 1] as number;
        const kHere = k[m] as number;
        p[m] = add(pNext, multiplyRounded(kHere, reflection));
        k[m] = add(kHere, multiplyRounded(pNext, reflection));
      }
    }
  }
}

/** Section 5.2.6: a logarithm in three straight pieces. */
function logAreaRatio(reflection: number): number {
  const size = magnitude(reflection);
  const ratio = size < 22118 ? size >> 1 : size < 31130 ? size - 11059 : (size - 26112) << 2;
  return reflection < 0 ? -ratio : ratio;
}

/** Section 5.2.7. */
function quantiseRatio(ratio: number, index: number): number {
  const minimum = ratioMinimum[index] as number;
  const scaled = multiply(ratioScale[index] as number, ratio);
  const shifted = saturate(scaled + (ratioOffset[index] as number));
  const code = saturate(shifted + 256) >> 9;
  return Math.min(ratioMaximum[index] as number, Math.max(minimum, code)) - minimum;
}
