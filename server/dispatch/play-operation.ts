// One PlaySamples request: decoded and placed in slices, as far as the play buffer reaches, and held
// until its end lies well inside (original.md 9.2).
import { deviceTime } from '#shared/audio/time';
import { ProtocolError } from '#shared/protocol/errors';
import type { RequestOf } from '#shared/protocol/requests/index';
import { requestCodecs } from '#shared/wire/request-codec';
import type { Writer } from '#shared/wire/writer';
import type { AudioContext } from './audio-context.ts';
import type { ClientStatistics } from './client-statistics.ts';
import type { Operation, Progress } from './operation.ts';
import { type SampleStream, SLICE_SAMPLES } from './sample-stream.ts';

/** The end of a play must lie this far inside the buffer, or the client waits. */
const GUARD_MS = 300;
/** A play longer than the buffer is topped up at least this often, in parts of the buffer. */
const TOP_UPS_PER_BUFFER = 2;

/** Who waits is most of a buffer ahead, so that such a part of the buffer more is nothing to it, up to a bound. */
const SLACKS_PER_BUFFER = 40;
const MOST_SLACK_MS = 100;

/** Decoded samples on their way from a request to a device; no play keeps them between its steps. */
const slice = new Int16Array(SLICE_SAMPLES);

const NO_BYTES = new Uint8Array(0);

/** A client has one of these for all its plays, because it plays one at a time. */
export class PlayOperation implements Operation {
  slackMs = 0;
  readonly #statistics: ClientStatistics;
  #context: AudioContext | undefined;
  #stream: SampleStream | undefined;
  #samples: Uint8Array = NO_BYTES;
  #isBigEndian = false;
  #isReplyWanted = true;
  #nextByte = 0;
  #nextFrame = 0;
  #endFrame = 0;

  constructor(statistics: ClientStatistics) {
    this.#statistics = statistics;
  }

  /** Starts; the request was checked, and its samples stay as they are until `keep`. */
  begin(context: AudioContext, request: RequestOf<'PlaySamples'>): this {
    const { samples } = request;
    const { stream } = context;
    const frameCount = (samples.length / stream.unitBytes) * stream.unitFrames;
    const nowFrame = stream.nowFrame();
    // All times that share these 32 bits are told apart by the end, seen from the buffer's end.
    const { playBufferFrames, rateHz } = stream.timeline;
    const bufferEnd = nowFrame + playBufferFrames;
    const endTime = deviceTime(request.startTime + frameCount);
    this.#endFrame = stream.frameOf(endTime, bufferEnd);
    this.#nextFrame = this.#endFrame - frameCount;
    this.#context = context;
    this.#stream = stream;
    this.#samples = samples;
    this.#isBigEndian = request.bigEndianSamples;
    this.#isReplyWanted = !request.noTimeReply;
    this.#nextByte = 0;
    const bufferMs = (1_000 * playBufferFrames) / rateHz;
    this.slackMs = Math.min(MOST_SLACK_MS, bufferMs / SLACKS_PER_BUFFER);
    if (this.#nextFrame !== stream.playEndFrame) stream.decoder.reset();
    stream.playEndFrame = this.#endFrame;
    this.#statistics.playedByteCount += samples.length;
    if (this.#nextFrame < nowFrame) this.#statistics.latePlayCount += 1;
    return this;
  }

  reply(writer: Writer, sequence: number): void {
    const stream = this.#stream;
    this.#samples = NO_BYTES;
    this.#context = undefined;
    this.#stream = undefined;
    if (!stream || !this.#isReplyWanted) return;
    requestCodecs.PlaySamples.encodeReply(writer, sequence, { time: stream.now() });
  }

  keep(): void {
    const { length } = this.#samples;
    if (this.#nextByte === length) return;
    this.#samples = this.#samples.slice(this.#nextByte);
    this.#nextByte = 0;
  }

  step(): Progress {
    const context = this.#context;
    const stream = this.#stream;
    if (!context || !stream) return 'done';
    if (context.device.isRemoved) throw new ProtocolError('BadDevice');
    // original.md 9.2: of the ways in which the originals differ, the sane one.
    if (this.#samples.length === 0) return 'done';
    const { timeline } = stream;
    const bufferEnd = timeline.nowFrame() + timeline.playBufferFrames;
    const hasPlaced = this.#placeSlice(context, stream, bufferEnd);
    const isAllPlaced = this.#nextByte === this.#samples.length;
    if (hasPlaced && !isAllPlaced) return 'more';
    const framesEarly = this.#endFrame - bufferEnd + (GUARD_MS * timeline.rateHz) / 1_000;
    if (isAllPlaced && framesEarly <= 0) return 'done';
    const topUpFrames = timeline.playBufferFrames / TOP_UPS_PER_BUFFER;
    return (1_000 * Math.min(Math.max(framesEarly, 1), topUpFrames)) / timeline.rateHz;
  }

  /** Places what fits of the next slice; gives whether anything did. */
  #placeSlice(context: AudioContext, stream: SampleStream, bufferEnd: number): boolean {
    const { timeline, unitBytes, unitFrames, sliceUnits } = stream;
    const unitsThatFit = Math.floor((bufferEnd - this.#nextFrame) / unitFrames);
    const unitsLeft = (this.#samples.length - this.#nextByte) / unitBytes;
    const unitCount = Math.min(sliceUnits, unitsThatFit, unitsLeft);
    if (unitCount <= 0) return false;
    const endByte = this.#nextByte + unitCount * unitBytes;
    const isWhole = unitCount === unitsLeft && this.#nextByte === 0;
    const bytes = isWhole ? this.#samples : this.#samples.subarray(this.#nextByte, endByte);
    const frameCount = unitCount * unitFrames;
    stream.decoder.decode(bytes, slice, this.#isBigEndian);
    timeline.play(this.#nextFrame, slice, frameCount, context.playOptions);
    this.#nextByte = endByte;
    this.#nextFrame += frameCount;
    return true;
  }
}
