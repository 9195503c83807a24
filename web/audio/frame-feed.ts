// From the frames of the relay to the blocks of a ring buffer: decodes, follows device time across its wrap
// at 2^32, and puts silence where a little is missing, so that the rest keeps its place in time.
import type { Codec } from '#shared/audio/encodings/codec';
import { createDecoder16 } from '#shared/audio/encodings/linear-coders';
import { advance, difference } from '#shared/audio/time';
import type { DeviceTime } from '#shared/protocol/ids';
import { type Frame, frameFlags } from '#shared/relay/frame';
import { blockFlags, type RingWriter } from './ring-buffer.ts';
import { CLOCK_JUMP_MS } from './worklets/jitter-regulator.ts';

export interface FeedOptions {
  readonly writer: RingWriter;
  readonly codec: Codec;
  readonly channelCount: number;
  readonly rateHz: number;
}

/** A longer pause is a new beginning. */
const MAX_GAP_MS = 500;
const SILENCE_FRAMES = 1024;
/** Recent frames among which the least delayed shows how device time and the gateway's clock go together. */
const OFFSETS = 128;
/** A header's count has 16 bits. */
const MOST_FRAMES = 0xffff;
/** Above this the gateway counts anew rather than that so much was lost. */
const MOST_LOST_FRAMES = 1_000;

export class FrameFeed {
  readonly #options: FeedOptions;
  readonly #framesPerMs: number;
  readonly #decoder;
  readonly #silence: Float32Array;
  #decoded = new Int16Array(0);
  #floats = new Float32Array(0);
  /** Device time up to which sound was written, and the same without the wrap. */
  #endTime: DeviceTime | undefined;
  #endFrame = 0;
  /** The reader waits for nothing after what was written. */
  #isSoundOver = true;
  #sequence: number | undefined;
  #droppedFrameCount = 0;
  readonly #offsets = new Float64Array(OFFSETS);
  #offsetCount = 0;

  constructor(options: FeedOptions) {
    const { codec, channelCount, rateHz } = options;
    this.#options = options;
    this.#framesPerMs = rateHz / 1000;
    this.#decoder = createDecoder16(codec, channelCount, MOST_FRAMES * channelCount);
    this.#silence = new Float32Array(SILENCE_FRAMES * channelCount);
  }

  /** Frames that the gateway left out, and those for which there was no room. */
  get droppedFrameCount(): number {
    return this.#droppedFrameCount;
  }

  /** The gateway's clock less the clock of the blocks; undefined before the first frame. */
  get senderOffsetMs(): number | undefined {
    const count = Math.min(this.#offsetCount, OFFSETS);
    if (count === 0) return undefined;
    return this.#offsets.subarray(0, count).reduce((least, each) => Math.min(least, each));
  }

  /**
   * Nothing connects to what comes next, and clocks mean something else from here on: another gateway
   * counts, or the context stood still. The blocks' clock jumps too, by which the reader knows. Sound that
   * was in the middle is over: whoever sent it said nothing more.
   */
  restart(): void {
    if (this.#endTime === undefined) return;
    if (!this.#isSoundOver) {
      const flags = blockFlags.discontinuity | blockFlags.gap | blockFlags.endOfSound;
      this.#isSoundOver = this.#write(this.#silence, 1, flags);
    }
    this.#endTime = undefined;
    this.#endFrame += CLOCK_JUMP_MS * this.#framesPerMs;
    this.#sequence = undefined;
    this.#offsetCount = 0;
  }

  /** Writes a frame, and gives the samples that it held, valid until the next call. */
  push(frame: Frame): Int16Array {
    const { header, samples } = frame;
    const sampleCount = this.#sampleCountOf(frame);
    this.#countLost(header.sequence);
    const isTorn = this.#comeTo(header.startTime);
    if (isTorn || (header.flags & frameFlags.discontinuity) !== 0) this.#decoder.reset();
    this.#decoder.decode(samples, this.#decoded, false);
    for (let i = 0; i < sampleCount; i++) this.#floats[i] = (this.#decoded[i] as number) / 0x8000;
    this.#noteOffset(header.senderMicroseconds / 1000 - this.#endFrame / this.#framesPerMs);
    const tornFlag = isTorn ? blockFlags.discontinuity : 0;
    const isEnd = (header.flags & frameFlags.endOfSound) !== 0;
    this.#isSoundOver = isEnd;
    const endFlag = isEnd ? blockFlags.endOfSound : 0;
    const isWritten = this.#write(this.#floats, header.frameCount, tornFlag | endFlag);
    if (!isWritten) this.#droppedFrameCount += 1;
    return this.#decoded.subarray(0, sampleCount);
  }

  /** The same for a frame that nobody is to hear. */
  decode(frame: Frame): Int16Array {
    this.restart();
    const sampleCount = this.#sampleCountOf(frame);
    this.#decoder.decode(frame.samples, this.#decoded, false);
    return this.#decoded.subarray(0, sampleCount);
  }

  /** Makes room for them, too. */
  #sampleCountOf({ header }: Frame): number {
    const sampleCount = header.frameCount * this.#options.channelCount;
    if (this.#decoded.length < sampleCount) {
      this.#decoded = new Int16Array(sampleCount);
      this.#floats = new Float32Array(sampleCount);
    }
    return sampleCount;
  }

  /** Goes on from the time at which a frame starts; true where what was written before does not reach it. */
  #comeTo(startTime: DeviceTime): boolean {
    const gapFrames = this.#endTime === undefined ? 0 : difference(startTime, this.#endTime);
    const isTorn = this.#endTime === undefined || gapFrames !== 0;
    if (gapFrames > 0 && gapFrames <= MAX_GAP_MS * this.#framesPerMs) this.#writeGap(gapFrames);
    if (this.#endTime !== undefined) this.#endFrame += difference(startTime, this.#endTime);
    this.#endTime = startTime;
    return isTorn;
  }

  #writeGap(gapFrames: number): void {
    let flags: number = blockFlags.discontinuity | blockFlags.gap;
    for (let left = gapFrames; left > 0; left -= SILENCE_FRAMES) {
      const frameCount = Math.min(left, SILENCE_FRAMES);
      if (!this.#write(this.#silence, frameCount, flags)) return;
      flags = blockFlags.gap;
    }
  }

  /** What finds no room is lost, and is a gap when more comes. */
  #write(samples: Float32Array, frameCount: number, flags: number): boolean {
    const startMs = this.#endFrame / this.#framesPerMs;
    const isWritten = this.#options.writer.write(samples, frameCount, flags, startMs);
    if (isWritten && this.#endTime !== undefined) {
      this.#endFrame += frameCount;
      this.#endTime = advance(this.#endTime, frameCount);
    }
    return isWritten;
  }

  #countLost(sequence: number): void {
    const lost = this.#sequence === undefined ? 0 : ((sequence - this.#sequence) | 0) - 1;
    if (lost > 0 && lost <= MOST_LOST_FRAMES) this.#droppedFrameCount += lost;
    this.#sequence = sequence;
  }

  #noteOffset(offsetMs: number): void {
    this.#offsets[this.#offsetCount % OFFSETS] = offsetMs;
    this.#offsetCount += 1;
  }
}
