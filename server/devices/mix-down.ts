// Sound on its way out of rings: the sum of several, with gain, clipped once to 16 bits.
import { applyGain32 } from '#shared/audio/gain';
import { clipTo16 } from '#shared/audio/mix';
import type { Lane, MixRing } from './mix-ring.ts';

/** Frames that are summed at a time: small enough for the processor's nearest cache. */
const CHUNK_FRAMES = 1024;

/** Has one scratch buffer, which no result refers to. */
export class MixDown {
  readonly #scratch: Int32Array;

  constructor(channelCount: number) {
    this.#scratch = new Int32Array(CHUNK_FRAMES * channelCount);
  }

  /** Gives interleaved samples of the lane's channels; silence where there are no rings. */
  into(
    output: Int16Array,
    atFrame: number,
    rings: readonly MixRing[],
    startFrame: number,
    frameCount: number,
    lane: Lane,
    gainFactor: number,
  ): void {
    const [first] = rings;
    if (rings.length === 1 && first !== undefined && gainFactor === 1) {
      first.read(startFrame, output, atFrame, frameCount, lane);
      return;
    }
    const scratch = this.#scratch;
    const width = lane.channelCount;
    for (let done = 0; done < frameCount; done += CHUNK_FRAMES) {
      const frames = Math.min(CHUNK_FRAMES, frameCount - done);
      scratch.fill(0, 0, frames * width);
      for (const ring of rings) ring.addTo(scratch, startFrame + done, frames, lane);
      applyGain32(scratch, 0, frames * width, gainFactor);
      clipTo16(scratch, 0, output, (atFrame + done) * width, frames * width);
    }
  }
}
