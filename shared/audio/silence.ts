// Silence detector: tells when a stream has stayed below a level for a time.

export interface SilenceDetector {
  /**
   * Adds `count` samples (all channels counted) from `from` on and says whether the stream is silent
   * at their end. One sample at the threshold or above ends a silence. Allocates nothing.
   */
  add16(samples: Int16Array, from: number, count: number): boolean;
  readonly isSilent: boolean;
  /** Since the last sample at the threshold or above, or since the beginning. */
  readonly quietSamples: number;
  /** As if the stream began anew: nothing counts as silent until the time has passed. */
  reset(): void;
}

export interface SilenceOptions {
  /** Samples a second, all channels counted. */
  readonly samplesPerSecond: number;
  /** Peak level re full scale; -Infinity accepts nothing but zeros. */
  readonly thresholdDbfs: number;
  readonly holdMs: number;
}

export function createSilenceDetector(options: SilenceOptions): SilenceDetector {
  const holdSamples = Math.ceil((options.holdMs / 1000) * options.samplesPerSecond);
  // At least 1, so that digital silence is below every threshold.
  const threshold = Math.max(1, Math.ceil(0x8000 * 10 ** (options.thresholdDbfs / 20)));
  let quietSamples = 0;

  return {
    add16(samples, from, count) {
      // Only the last loud sample matters, so a loud block is known from its end.
      let i = from + count - 1;
      while (i >= from && Math.abs(samples[i] as number) < threshold) i--;
      const quietAtEnd = from + count - 1 - i;
      quietSamples = quietAtEnd === count ? quietSamples + count : quietAtEnd;
      return quietSamples >= holdSamples;
    },
    get isSilent() {
      return quietSamples >= holdSamples;
    },
    get quietSamples() {
      return quietSamples;
    },
    reset() {
      quietSamples = 0;
    },
  };
}
