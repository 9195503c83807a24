// One PlaySamples request: decoded and placed in slices, as far as the play buffer reaches, and held
// until its end lies well inside (protocol.md 10.2).
import { ProtocolError } from '#shared/protocol/errors';
import type { RequestOf } from '#shared/protocol/requests/index';
import { requestCodecs } from '#shared/wire/request-codec';
import type { Writer } from '#shared/wire/writer';
import { type AudioContext, SLICE_SAMPLES } from './audio-context.ts';
import type { Operation, Progress } from './operation.ts';

/** The end of a play must lie this far inside the buffer, or the client waits. */
const GUARD_SECONDS = 0.3;
/** A play longer than the buffer is topped up at least this often, in parts of the buffer. */
const TOP_UPS_PER_BUFFER = 2;

/** Decoded samples on their way from a request to a device; no play keeps them between its steps. */
const slice = new Int16Array(SLICE_SAMPLES);

const NO_BYTES = new Uint8Array(0);

/** A client has one of these for all its plays, because it plays one at a time. */
export class PlayOperation implements Operation {
  #context: AudioContext | undefined;
  #samples: Uint8Array = NO_BYTES;
  #isBigEndian = false;
  #isReplyWanted = true;
  #nextByte = 0;
  #nextFrame = 0;
  #endFrame = 0;

  /** Starts; the request was checked and its samples stay valid until the operation is done. */
  begin(context: AudioContext, request: RequestOf<'PlaySamples'>): this {
    const { samples } = request;
    const frameCount = (samples.length / context.unitBytes) * context.unitFrames;
    // All times that share these 32 bits are told apart by the end, seen from the buffer's end.
    const bufferEnd = context.nowFrame() + context.timeline.playBufferFrames;
    const endTime = context.timeOf(request.startTime + frameCount);
    this.#endFrame = context.frameOf(endTime, bufferEnd);
    this.#nextFrame = this.#endFrame - frameCount;
    this.#context = context;
    this.#samples = samples;
    this.#isBigEndian = request.bigEndianSamples;
    this.#isReplyWanted = !request.noTimeReply;
    this.#nextByte = 0;
    if (this.#nextFrame !== context.playEndFrame) context.decoder.reset();
    context.playEndFrame = this.#endFrame;
    return this;
  }

  /** It began after the time at which it should have been heard. */
  get isLate(): boolean {
    const context = this.#context;
    return context !== undefined && this.#nextFrame < context.nowFrame();
  }

  reply(writer: Writer, sequence: number): void {
    const context = this.#context;
    this.#samples = NO_BYTES;
    if (!context || !this.#isReplyWanted) return;
    const time = context.timeOf(context.nowFrame());
    requestCodecs.PlaySamples.encodeReply(writer, sequence, { time });
  }

  step(): Progress {
    const context = this.#context;
    if (!context) return 'done';
    const { device, timeline } = context;
    if (device.isRemoved) throw new ProtocolError('BadDevice');
    const bufferEnd = timeline.nowFrame() + timeline.playBufferFrames;
    if (this.#placeSlice(context, bufferEnd) > 0 && this.#nextByte < this.#samples.length) {
      return 'more';
    }
    const framesEarly = this.#endFrame - bufferEnd + GUARD_SECONDS * timeline.rateHz;
    if (this.#nextByte === this.#samples.length && framesEarly <= 0) return 'done';
    const topUpFrames = timeline.playBufferFrames / TOP_UPS_PER_BUFFER;
    return (1_000 * Math.min(Math.max(framesEarly, 1), topUpFrames)) / timeline.rateHz;
  }

  /** Places what fits of the next slice; gives the frames that were taken. */
  #placeSlice(context: AudioContext, bufferEnd: number): number {
    const { timeline, unitBytes, unitFrames } = context;
    const sliceUnits = Math.floor(SLICE_SAMPLES / (unitFrames * timeline.channelCount));
    const unitsThatFit = Math.floor((bufferEnd - this.#nextFrame) / unitFrames);
    const unitsLeft = (this.#samples.length - this.#nextByte) / unitBytes;
    const unitCount = Math.min(sliceUnits, unitsThatFit, unitsLeft);
    if (unitCount <= 0) return 0;
    const endByte = this.#nextByte + unitCount * unitBytes;
    const bytes = this.#samples.subarray(this.#nextByte, endByte);
    const frameCount = unitCount * unitFrames;
    context.decoder.decode(bytes, slice, this.#isBigEndian);
    timeline.play(this.#nextFrame, slice, frameCount, {
      preempt: context.isPreemptive,
      gainDb: context.playGainDb,
    });
    this.#nextByte = endByte;
    this.#nextFrame += frameCount;
    return frameCount;
  }
}
