// What a microphone, or a telephone line, has written ahead of the device's time, remembered so that it can still
// be faded out. The device adds up what it hears, so that sound is taken back by adding its opposite.
import type { Source } from './face.ts';

export interface WrittenSoundOptions {
  readonly source: Source;
  readonly channelCount: number;
  /** How much is remembered: as much as may lie ahead. */
  readonly capacityFrames: number;
}

export class WrittenSound {
  readonly #options: WrittenSoundOptions;
  readonly #ring: Int16Array;
  readonly #opposite: Int16Array;
  #endFrame = 0;
  #frameCount = 0;

  constructor(options: WrittenSoundOptions) {
    const { capacityFrames, channelCount } = options;
    this.#options = options;
    this.#ring = new Int16Array(capacityFrames * channelCount);
    this.#opposite = new Int16Array(capacityFrames * channelCount);
  }

  /** Where what was written ends. */
  get endFrame(): number {
    return this.#endFrame;
  }

  /** Lets the device hear samples, which are to lie after all that was written before and not faded out. */
  write(startFrame: number, samples: Int16Array, frameCount: number): void {
    const { source, channelCount, capacityFrames } = this.#options;
    source.hear(startFrame, samples, frameCount);
    if (startFrame !== this.#endFrame) this.#frameCount = 0;
    for (let frame = 0; frame < frameCount; frame++) {
      const to = ((startFrame + frame) % capacityFrames) * channelCount;
      for (let channel = 0; channel < channelCount; channel++) {
        this.#ring[to + channel] = samples[frame * channelCount + channel] as number;
      }
    }
    this.#endFrame = startFrame + frameCount;
    this.#frameCount = Math.min(this.#frameCount + frameCount, capacityFrames);
  }

  /** Fades to silence over `fadeFrames` from a frame on, and stays silent. */
  fadeOut(fromFrame: number, fadeFrames: number): void {
    const { source, channelCount, capacityFrames } = this.#options;
    const startFrame = Math.max(fromFrame, this.#endFrame - this.#frameCount);
    const frameCount = this.#endFrame - startFrame;
    if (frameCount <= 0) return;
    for (let frame = 0; frame < frameCount; frame++) {
      const progress = Math.min(1, (startFrame + frame - fromFrame + 1) / fadeFrames);
      const taken = 0.5 - 0.5 * Math.cos(Math.PI * progress);
      const from = ((startFrame + frame) % capacityFrames) * channelCount;
      for (let channel = 0; channel < channelCount; channel++) {
        const sample = this.#ring[from + channel] as number;
        this.#opposite[frame * channelCount + channel] = -Math.round(sample * taken);
      }
    }
    source.hear(startFrame, this.#opposite, frameCount);
    this.#frameCount = 0;
  }
}
