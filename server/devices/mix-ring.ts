// A ring of sound that programs or microphones write anywhere in a window of time and that is read as
// it passes. It needs no clearing: what was never written is known to be silence.
import { clipTo16, mixInto, replaceInto } from '#shared/audio/mix';

/** Which channels of a ring somebody sees: all of them, or one. */
export interface Lane {
  readonly firstChannel: number;
  readonly channelCount: number;
}

/** How written samples meet what the ring holds. */
export interface WriteOptions {
  /** Puts the samples in the place of what is there, instead of adding them. */
  readonly preempt: boolean;
  readonly gainFactor: number;
}

export const MIX: WriteOptions = { preempt: false, gainFactor: 1 };

/**
 * Sums of samples in 16-bit scale, indexed by absolute frame number modulo the capacity.
 *
 * The invariant: every frame from `frontier - capacity` to `frontier` holds what was written, or
 * silence; frames from `frontier` on are silence whose storage may hold anything. So a write stores
 * where nobody has been before it and adds or replaces where somebody has. Frames older than the
 * capacity are forgotten. Storage is allocated by the first write; nothing else allocates.
 */
export class MixRing {
  readonly capacityFrames: number;
  readonly channelCount: number;
  #sums: Int32Array | undefined;
  #frontier = 0;

  constructor(capacityFrames: number, channelCount: number) {
    this.capacityFrames = capacityFrames;
    this.channelCount = channelCount;
  }

  /**
   * Writes interleaved samples of the lane's channels. The caller sees to it that frames are not
   * negative, not older than the ring's oldest, and not more than its capacity.
   */
  write(
    startFrame: number,
    samples: Int16Array,
    fromFrame: number,
    frameCount: number,
    lane: Lane,
    options: WriteOptions,
  ): void {
    this.#sums ??= new Int32Array(this.capacityFrames * this.channelCount);
    const sums = this.#sums;
    const endFrame = startFrame + frameCount;
    const knownEnd = Math.max(startFrame, Math.min(endFrame, this.#frontier));
    const knownFrames = knownEnd - startFrame;
    const { gainFactor } = options;
    const meet = options.preempt ? replaceInto : mixInto;
    this.#place(sums, meet, startFrame, samples, fromFrame, knownFrames, lane, gainFactor);
    if (endFrame <= this.#frontier) return;

    const isWhole = lane.channelCount === this.channelCount;
    this.#silence(sums, isWhole ? knownEnd : endFrame);
    const freshFrom = fromFrame + knownFrames;
    const freshFrames = endFrame - knownEnd;
    this.#place(sums, replaceInto, knownEnd, samples, freshFrom, freshFrames, lane, gainFactor);
    this.#frontier = endFrame;
  }

  /** Gives the lane's sound, clipped to 16 bits; silence where the ring knows nothing. */
  read(
    startFrame: number,
    output: Int16Array,
    atFrame: number,
    frameCount: number,
    lane: Lane,
  ): void {
    const width = lane.channelCount;
    const start = this.#firstKnown(startFrame, frameCount);
    const end = this.#endOfKnown(startFrame, frameCount);
    const at = (frame: number) => (atFrame + frame - startFrame) * width;
    if (this.#sums === undefined || start >= end) {
      output.fill(0, at(startFrame), at(startFrame + frameCount));
      return;
    }
    output.fill(0, at(startFrame), at(start));
    output.fill(0, at(end), at(startFrame + frameCount));
    const stride = this.#stride(lane);
    let frame = start;
    while (frame < end) {
      const slot = frame % this.capacityFrames;
      const count = Math.min(end - frame, this.capacityFrames - slot);
      const from = slot * this.channelCount + lane.firstChannel;
      clipTo16(this.#sums, from, output, at(frame), count * width, stride);
      frame += count;
    }
  }

  /** Adds the lane's sums, not clipped, to `total` from its start on. */
  addTo(total: Int32Array, startFrame: number, frameCount: number, lane: Lane): void {
    if (this.#sums === undefined) return;
    const width = lane.channelCount;
    const end = this.#endOfKnown(startFrame, frameCount);
    const stride = this.#stride(lane);
    let frame = this.#firstKnown(startFrame, frameCount);
    while (frame < end) {
      const slot = frame % this.capacityFrames;
      const count = Math.min(end - frame, this.capacityFrames - slot);
      const from = slot * this.channelCount + lane.firstChannel;
      addStrided(total, (frame - startFrame) * width, this.#sums, from, count * width, stride);
      frame += count;
    }
  }

  /**
   * Fades all channels to silence within `fadeFrames` from `startFrame` on, and silences what comes
   * after; gives whether there was anything. What is older than half the capacity before it is lost.
   */
  fadeOut(startFrame: number, fadeFrames: number): boolean {
    const sums = this.#sums;
    if (sums === undefined || this.#frontier <= startFrame) return false;
    const endFrame = Math.min(this.#frontier, startFrame + fadeFrames);
    for (let frame = startFrame; frame < endFrame; frame += 1) {
      const factor = 1 - (frame - startFrame) / fadeFrames;
      const at = (frame % this.capacityFrames) * this.channelCount;
      for (let channel = 0; channel < this.channelCount; channel += 1) {
        sums[at + channel] = Math.trunc((sums[at + channel] as number) * factor);
      }
    }
    this.#frontier = endFrame;
    return true;
  }

  #stride(lane: Lane): number {
    return lane.channelCount === this.channelCount ? 1 : this.channelCount;
  }

  #firstKnown(startFrame: number, frameCount: number): number {
    const oldest = Math.max(0, this.#frontier - this.capacityFrames);
    return Math.min(Math.max(startFrame, oldest), startFrame + frameCount);
  }

  #endOfKnown(startFrame: number, frameCount: number): number {
    return Math.max(startFrame, Math.min(startFrame + frameCount, this.#frontier));
  }

  /** Writes samples to at most two stretches of storage. */
  #place(
    sums: Int32Array,
    meet: typeof mixInto,
    startFrame: number,
    samples: Int16Array,
    fromFrame: number,
    frameCount: number,
    lane: Lane,
    gainFactor: number,
  ): void {
    const stride = this.#stride(lane);
    let slot = startFrame % this.capacityFrames;
    let placed = 0;
    while (placed < frameCount) {
      const count = Math.min(frameCount - placed, this.capacityFrames - slot);
      const at = slot * this.channelCount + lane.firstChannel;
      const from = (fromFrame + placed) * lane.channelCount;
      meet(sums, at, samples, from, count * lane.channelCount, gainFactor, stride);
      placed += count;
      slot = 0;
    }
  }

  /** Makes silence of the storage from the frontier to `endFrame`. */
  #silence(sums: Int32Array, endFrame: number): void {
    let frame = Math.max(this.#frontier, endFrame - this.capacityFrames);
    while (frame < endFrame) {
      const slot = frame % this.capacityFrames;
      const count = Math.min(endFrame - frame, this.capacityFrames - slot);
      sums.fill(0, slot * this.channelCount, (slot + count) * this.channelCount);
      frame += count;
    }
  }
}

function addStrided(
  total: Int32Array,
  at: number,
  sums: Int32Array,
  from: number,
  count: number,
  stride: number,
): void {
  let source = from;
  for (let i = at; i < at + count; i++) {
    total[i] = ((total[i] as number) + (sums[source] as number)) | 0;
    source = (source + stride) | 0;
  }
}
