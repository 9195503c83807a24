// Spectra of 16-bit sound for looking at: windowed Fourier transforms, folded into bands.

export interface SpectrumAnalyser {
  /** How many samples one spectrum is made of. */
  readonly windowLength: number;
  /**
   * The level of each band in dBFS, a full-scale sine being 0, of `windowLength` mono samples. The array
   * is the same one at every call.
   */
  bandsOf(samples: Int16Array, from: number): Float64Array;
  /** Where each band ends, in Hz. */
  readonly bandEndsHz: readonly number[];
}

export interface SpectrumOptions {
  readonly rateHz: number;
  readonly bandCount: number;
  /** A power of two. */
  readonly windowLength: number;
}

/** Bands are equally wide up to half the rate. */
export function createSpectrumAnalyser(options: SpectrumOptions): SpectrumAnalyser {
  const { rateHz, bandCount, windowLength } = options;
  const real = new Float64Array(windowLength);
  const imaginary = new Float64Array(windowLength);
  const bands = new Float64Array(bandCount);
  const window = hannWindow(windowLength);
  const binCount = windowLength / 2;
  const fullScale = (0x8000 * window.reduce((sum, weight) => sum + weight, 0)) / 2;
  const transform = createFourierTransform(windowLength);
  const binEnd = (band: number): number => Math.floor(((band + 1) * binCount) / bandCount);

  return {
    windowLength,
    bandEndsHz: Array.from(bands, (_, band) => ((band + 1) * rateHz) / 2 / bandCount),
    bandsOf(samples, from) {
      for (let i = 0; i < windowLength; i++) {
        real[i] = (samples[from + i] as number) * (window[i] as number);
      }
      imaginary.fill(0);
      transform(real, imaginary);
      let bin = 0;
      for (let band = 0; band < bandCount; band++) {
        let strongest = 0;
        // A band narrower than a bin shows the one it lies in.
        const end = Math.max(binEnd(band), bin + 1);
        for (let i = Math.min(bin, binCount - 1); i < end && i < binCount; i++) {
          const power = (real[i] as number) ** 2 + (imaginary[i] as number) ** 2;
          if (power > strongest) strongest = power;
        }
        bin = binEnd(band);
        bands[band] = 20 * Math.log10(Math.sqrt(strongest) / fullScale);
      }
      return bands;
    },
  };
}

function hannWindow(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
}

/** In place; `length` is a power of two. */
function createFourierTransform(
  length: number,
): (real: Float64Array, imaginary: Float64Array) => void {
  const bits = Math.log2(length);
  const order = Uint32Array.from({ length }, (_, i) => reversedBits(i, bits));
  const cosines = Float64Array.from({ length: length / 2 }, (_, i) =>
    Math.cos((2 * Math.PI * i) / length),
  );
  const sines = Float64Array.from({ length: length / 2 }, (_, i) =>
    Math.sin((2 * Math.PI * i) / length),
  );

  return (real, imaginary) => {
    for (let i = 0; i < length; i++) {
      const other = order[i] as number;
      if (other > i) {
        swap(real, i, other);
        swap(imaginary, i, other);
      }
    }
    for (let half = 1; half < length; half *= 2) {
      const step = length / (2 * half);
      for (let start = 0; start < length; start += 2 * half) {
        for (let i = 0; i < half; i++) {
          const [cosine, sine] = [cosines[i * step] as number, sines[i * step] as number];
          const [low, high] = [start + i, start + i + half];
          const [re, im] = [real[high] as number, imaginary[high] as number];
          const turnedRe = re * cosine + im * sine;
          const turnedIm = im * cosine - re * sine;
          real[high] = (real[low] as number) - turnedRe;
          imaginary[high] = (imaginary[low] as number) - turnedIm;
          real[low] = (real[low] as number) + turnedRe;
          imaginary[low] = (imaginary[low] as number) + turnedIm;
        }
      }
    }
  };
}

function reversedBits(value: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit++) reversed |= ((value >> bit) & 1) << (bits - 1 - bit);
  return reversed;
}

function swap(values: Float64Array, a: number, b: number): void {
  const kept = values[a] as number;
  values[a] = values[b] as number;
  values[b] = kept;
}
