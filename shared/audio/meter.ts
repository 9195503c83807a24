// Level meter: peak and RMS of everything added since the last reset, whatever the block sizes.

export interface Level {
  /** Largest magnitude; full scale is 1. */
  readonly peak: number;
  readonly rms: number;
  /** Re full scale: a full-scale sine has a peak of 0 dBFS and an RMS of -3.01 dBFS. Silence is -Infinity. */
  readonly peakDbfs: number;
  readonly rmsDbfs: number;
}

export interface LevelMeter {
  /** Adds `count` samples (all channels counted) from `from` on; allocates nothing. */
  add16(samples: Int16Array, from: number, count: number): void;
  /** The same for floating-point samples, whose full scale is 1. */
  addFloat(samples: Float32Array, from: number, count: number): void;
  /** The level so far; that of silence where nothing was added. */
  read(): Level;
  reset(): void;
}

const FULL_SCALE_16 = 0x8000;

/** What a meter keeps, by its places. */
const PEAK = 0;
const SQUARES = 1;
const COUNT = 2;

export function createLevelMeter(): LevelMeter {
  // In an array, because a variable makes an object of every fraction that it is given.
  const sums = new Float64Array(3);

  function gather(blockPeak: number, blockSumOfSquares: number, count: number): void {
    sums[PEAK] = Math.max(sums[PEAK] as number, blockPeak);
    sums[SQUARES] = (sums[SQUARES] as number) + blockSumOfSquares;
    sums[COUNT] = (sums[COUNT] as number) + count;
  }

  return {
    add16(samples, from, count) {
      let blockPeak = 0;
      let blockSum = 0;
      for (let i = from; i < from + count; i++) {
        const sample = samples[i] as number;
        const magnitude = Math.abs(sample);
        if (magnitude > blockPeak) blockPeak = magnitude;
        blockSum += sample * sample;
      }
      gather(blockPeak / FULL_SCALE_16, blockSum / (FULL_SCALE_16 * FULL_SCALE_16), count);
    },
    addFloat(samples, from, count) {
      let blockPeak = 0;
      let blockSum = 0;
      for (let i = from; i < from + count; i++) {
        const sample = samples[i] as number;
        const magnitude = Math.abs(sample);
        if (magnitude > blockPeak) blockPeak = magnitude;
        blockSum += sample * sample;
      }
      gather(blockPeak, blockSum, count);
    },
    read() {
      const [peak = 0, sumOfSquares = 0, sampleCount = 0] = sums;
      const rms = sampleCount === 0 ? 0 : Math.sqrt(sumOfSquares / sampleCount);
      return { peak, rms, peakDbfs: dbfs(peak), rmsDbfs: dbfs(rms) };
    },
    reset() {
      sums.fill(0);
    },
  };
}

/** A linear level, full scale 1, in dB. */
function dbfs(level: number): number {
  return 20 * Math.log10(level);
}
