// One RecordSamples request: encoded in slices as far as the device's time has come, and, when it
// blocks, held until all samples exist (original.md 9.3). The last slice, which most often is the only
// one, is encoded where it leaves from; those before it are collected.
import { applyGain16, gainFactorOfDb } from '#shared/audio/gain';
import { deviceTime } from '#shared/audio/time';
import { ProtocolError } from '#shared/protocol/errors';
import type { DeviceTime } from '#shared/protocol/ids';
import type { RequestOf } from '#shared/protocol/requests/index';
import { encodeRecordReply } from '#shared/wire/record-samples';
import type { Writer } from '#shared/wire/writer';
import type { AudioContext } from './audio-context.ts';
import type { ClientStatistics } from './client-statistics.ts';
import type { Operation, Progress } from './operation.ts';
import { type SampleStream, SLICE_SAMPLES } from './sample-stream.ts';

/** The original looks this long after the last sample, so that it is surely there. */
const MARGIN_MS = 4;
/** What has come is fetched at least this often, in parts of the record buffer. */
const FETCHES_PER_BUFFER = 2;

const slice = new Int16Array(SLICE_SAMPLES);

const NO_BYTES = new Uint8Array(0);

export class RecordOperation implements Operation {
  /** Whoever records wants to hear it soon. */
  readonly slackMs = 0;
  readonly #statistics: ClientStatistics;
  #context: AudioContext | undefined;
  #stream: SampleStream | undefined;
  #isBigEndian = false;
  #isBlocking = false;
  #nextFrame = 0;
  /** Where the samples that are wanted end; without blocking, where those that exist end. */
  #endFrame = 0;
  /** Of what is wanted, or there. */
  #byteCount = 0;
  /** What was encoded so far. */
  #collected: Uint8Array = NO_BYTES;
  #collectedByteCount = 0;

  constructor(statistics: ClientStatistics) {
    this.#statistics = statistics;
  }

  /** Starts; the request was checked. */
  begin(context: AudioContext, request: RequestOf<'RecordSamples'>): this {
    const { stream } = context;
    const { unitBytes, unitFrames } = stream;
    const nowFrame = stream.nowFrame();
    const startFrame = stream.frameOf(request.startTime, nowFrame);
    const wantedFrames = (request.byteCount / unitBytes) * unitFrames;
    const existingFrames = Math.max(0, Math.min(wantedFrames, nowFrame - startFrame));
    const wholeFrames = existingFrames - (existingFrames % unitFrames);
    this.#context = context;
    this.#stream = stream;
    this.#isBigEndian = request.bigEndianSamples;
    this.#isBlocking = request.block;
    this.#nextFrame = startFrame;
    this.#endFrame = startFrame + (request.block ? wantedFrames : wholeFrames);
    this.#byteCount = ((this.#endFrame - startFrame) / unitFrames) * unitBytes;
    this.#collected = NO_BYTES;
    this.#collectedByteCount = 0;
    if (startFrame !== stream.recordEndFrame) stream.encoder.reset();
    stream.recordEndFrame = this.#endFrame;
    return this;
  }

  /** Its request carries no samples. */
  keep(): void {}

  step(): Progress {
    const context = this.#context;
    const stream = this.#stream;
    if (!context || !stream) return 'done';
    if (context.device.isRemoved) throw new ProtocolError('BadDevice');
    if (this.#nextFrame === this.#endFrame) return 'done';
    const frameCount = this.#sliceFrames(stream);
    if (this.#nextFrame + frameCount === this.#endFrame) return 'done';
    if (frameCount > 0) {
      this.#collectSlice(context, stream, frameCount);
      return 'more';
    }
    const { rateHz, recordBufferFrames } = stream.timeline;
    const missingFrames = this.#endFrame - stream.nowFrame();
    const fetchFrames = recordBufferFrames / FETCHES_PER_BUFFER;
    return (1_000 * Math.min(missingFrames, fetchFrames)) / rateHz + MARGIN_MS;
  }

  reply(writer: Writer, sequence: number): void {
    const context = this.#context;
    const stream = this.#stream;
    const collected = this.#collected.subarray(0, this.#collectedByteCount);
    this.#context = undefined;
    this.#stream = undefined;
    this.#collected = NO_BYTES;
    if (!context || !stream) return;
    const sampleCount = this.#recordSlice(context, stream, this.#endFrame - this.#nextFrame);
    const at = encodeRecordReply(writer, sequence, this.#replyTime(stream), this.#byteCount);
    writer.bytes.set(collected, at);
    const room = writer.bytes.subarray(at + collected.length);
    stream.encoder.encode(slice, sampleCount, room, this.#isBigEndian);
    this.#statistics.recordedByteCount += this.#byteCount;
  }

  /** A reply that did not wait tells where the next request should start instead of the time. */
  #replyTime(stream: SampleStream): DeviceTime {
    const isDeviceTime = this.#isBlocking && this.#byteCount > 0;
    return isDeviceTime ? stream.now() : deviceTime(this.#endFrame);
  }

  /** How much of the next slice exists, in whole units. */
  #sliceFrames(stream: SampleStream): number {
    const { unitFrames, sliceUnits } = stream;
    const existingFrames = Math.min(this.#endFrame, stream.nowFrame()) - this.#nextFrame;
    const unitCount = Math.min(sliceUnits, Math.floor(existingFrames / unitFrames));
    return Math.max(0, unitCount * unitFrames);
  }

  /** Fills the slice; gives the number of its samples. */
  #recordSlice(context: AudioContext, { timeline }: SampleStream, frameCount: number): number {
    const sampleCount = frameCount * timeline.channelCount;
    timeline.record(this.#nextFrame, slice, frameCount);
    applyGain16(slice, 0, sampleCount, gainFactorOfDb(context.recordGainDb));
    return sampleCount;
  }

  #collectSlice(context: AudioContext, stream: SampleStream, frameCount: number): void {
    const { encoder, unitBytes, unitFrames } = stream;
    const sampleCount = this.#recordSlice(context, stream, frameCount);
    const room = this.#room((frameCount / unitFrames) * unitBytes);
    this.#collectedByteCount += encoder.encode(slice, sampleCount, room, this.#isBigEndian);
    this.#nextFrame += frameCount;
  }

  /** Where the next bytes go; memory grows with what exists, not with what was asked for. */
  #room(byteCount: number): Uint8Array {
    const needed = this.#collectedByteCount + byteCount;
    if (needed > this.#collected.length) {
      const capacity = Math.min(this.#byteCount, Math.max(needed, 2 * this.#collected.length));
      const grown = new Uint8Array(capacity);
      grown.set(this.#collected.subarray(0, this.#collectedByteCount));
      this.#collected = grown;
    }
    return this.#collected.subarray(this.#collectedByteCount);
  }
}
