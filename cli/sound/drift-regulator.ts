// Holds a delay between two clocks that drift: from how far ahead sound arrives, how much faster or slower
// it must run. Pure arithmetic; it knows neither samples nor clocks.

/** The share of an error that is corrected in a second, and how fast a lasting one is learned. */
const GAIN_PER_SECOND = 0.1;
const LEARNED_PER_SECOND_SQUARED = 0.0025;
/** Half a percent is a tenth of a semitone; clocks drift by a hundredth of that. */
const MAX_CORRECTION = 0.005;
/** Single arrivals are early or late by the network's whim. */
const SMOOTHING_SECONDS = 1;

export interface DriftRegulator {
  /** To be multiplied with the speed at which the source's frames are used up; near 1. */
  readonly speed: number;
  /** How much further ahead than wanted, smoothed. */
  readonly errorSeconds: number;
  /** A block of that length arrived so far ahead of the moment at which its end is to sound. */
  arrived(aheadSeconds: number, blockSeconds: number): void;
  /** The delay was set anew; what was learned of the clocks stays. */
  restart(): void;
}

export function createDriftRegulator(delaySeconds: number): DriftRegulator {
  let smoothed: number | undefined;
  let learned = 0;
  let speed = 1;

  return {
    get speed() {
      return speed;
    },
    get errorSeconds() {
      return smoothed ?? 0;
    },
    arrived(aheadSeconds, blockSeconds) {
      const error = aheadSeconds - delaySeconds;
      const share = Math.min(1, blockSeconds / SMOOTHING_SECONDS);
      smoothed = smoothed === undefined ? error : smoothed + share * (error - smoothed);
      learned = bounded(learned + LEARNED_PER_SECOND_SQUARED * smoothed * blockSeconds);
      speed = 1 + bounded(GAIN_PER_SECOND * smoothed + learned);
    },
    restart() {
      smoothed = undefined;
      speed = 1 + learned;
    },
  };
}

function bounded(correction: number): number {
  return Math.max(-MAX_CORRECTION, Math.min(MAX_CORRECTION, correction));
}
