// Fades: a gain that moves from 0 to 1 or back over a number of frames, applied in place to the blocks
// of a stream, so that a sound can start or stop without a click.
import type { LinearSamples } from './channels.ts';

export type FadeShape = 'linear' | 'raisedCosine';

export interface Fade {
  /** The next frame begins a rise from silence to full level. */
  fadeIn(): void;
  /** The next frame begins a fall to silence, which then lasts until a fade in. */
  fadeOut(): void;
  /** Goes to one of the two ends at once. */
  reset(level: 0 | 1): void;
  /** Whether the gain has reached the end it was sent to. */
  readonly isSettled: boolean;
  /**
   * Applies the gain to `frameCount` interleaved frames from frame `fromFrame` on. Blocks may be of any
   * size; a turn in mid-fade goes back from the gain reached. Integer samples are cut off towards zero.
   * Allocates nothing, and touches nothing while the gain rests at 1.
   */
  apply(samples: LinearSamples, fromFrame: number, frameCount: number): void;
}

export interface FadeOptions {
  readonly channelCount: number;
  readonly durationFrames: number;
  readonly shape: FadeShape;
}

/** The gain of each shape where `progress` of a rise (0 to 1) has passed. */
const SHAPES: Record<FadeShape, (progress: number) => number> = {
  linear: (progress) => progress,
  raisedCosine: (progress) => 0.5 - 0.5 * Math.cos(Math.PI * progress),
};

/** Starts at full level. */
export function createFade({ channelCount, durationFrames, shape }: FadeOptions): Fade {
  const gainAt = SHAPES[shape];
  // The gain as a place on the rise, in frames: 0 is silence, durationFrames full level.
  let position = durationFrames;
  let direction: 1 | -1 = 1;

  function restingGain(): 0 | 1 | undefined {
    if (direction === 1) return position === durationFrames ? 1 : undefined;
    return position === 0 ? 0 : undefined;
  }

  return {
    fadeIn() {
      direction = 1;
    },
    fadeOut() {
      direction = -1;
    },
    reset(level) {
      direction = level === 1 ? 1 : -1;
      position = level * durationFrames;
    },
    get isSettled() {
      return restingGain() !== undefined;
    },
    apply(samples, fromFrame, frameCount) {
      const endFrame = fromFrame + frameCount;
      let frame = fromFrame;
      for (; frame < endFrame && restingGain() === undefined; frame++) {
        const gain = gainAt(position / durationFrames);
        for (let i = frame * channelCount; i < (frame + 1) * channelCount; i++) {
          samples[i] = (samples[i] as number) * gain;
        }
        position += direction;
      }
      if (restingGain() === 0) samples.fill(0, frame * channelCount, endFrame * channelCount);
    },
  };
}
