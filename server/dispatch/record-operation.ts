// One RecordSamples request: encoded in slices as far as the device's time has come, and, when it
// blocks, held until all samples exist (protocol.md 10.3).
import { applyGain16, gainFactorOfDb } from '#shared/audio/gain';
import { deviceTime } from '#shared/audio/time';
import { ProtocolError } from '#shared/protocol/errors';
import type { DeviceTime } from '#shared/protocol/ids';
import type { RequestOf } from '#shared/protocol/requests/index';
import { requestCodecs } from '#shared/wire/request-codec';
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
  #bytes: Uint8Array = NO_BYTES;
  #byteCount = 0;
  #byteLimit = 0;

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
    this.#bytes = NO_BYTES;
    this.#byteCount = 0;
    this.#byteLimit = ((this.#endFrame - startFrame) / unitFrames) * unitBytes;
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
    if (this.#encodeSlice(context, stream)) {
      return this.#nextFrame < this.#endFrame ? 'more' : 'done';
    }
    const { rateHz, recordBufferFrames } = stream.timeline;
    const missingFrames = this.#endFrame - stream.nowFrame();
    const fetchFrames = recordBufferFrames / FETCHES_PER_BUFFER;
    return (1_000 * Math.min(missingFrames, fetchFrames)) / rateHz + MARGIN_MS;
  }

  reply(writer: Writer, sequence: number): void {
    const samples = this.#bytes.subarray(0, this.#byteCount);
    const time = this.#replyTime();
    requestCodecs.RecordSamples.encodeReply(writer, sequence, { time, samples });
    this.#statistics.recordedByteCount += samples.length;
    this.#bytes = NO_BYTES;
    this.#context = undefined;
    this.#stream = undefined;
  }

  /** A reply that did not wait tells where the next request should start instead of the time. */
  #replyTime(): DeviceTime {
    const isDeviceTime = this.#isBlocking && this.#byteCount > 0;
    return isDeviceTime && this.#stream ? this.#stream.now() : deviceTime(this.#nextFrame);
  }

  /** Encodes the next slice of what exists; gives whether there was anything. */
  #encodeSlice(context: AudioContext, stream: SampleStream): boolean {
    const { timeline, unitBytes, unitFrames, sliceUnits } = stream;
    const existingFrames = Math.min(this.#endFrame, stream.nowFrame()) - this.#nextFrame;
    const unitCount = Math.min(sliceUnits, Math.floor(existingFrames / unitFrames));
    if (unitCount <= 0) return false;
    const frameCount = unitCount * unitFrames;
    const sampleCount = frameCount * timeline.channelCount;
    timeline.record(this.#nextFrame, slice, frameCount);
    applyGain16(slice, 0, sampleCount, gainFactorOfDb(context.recordGainDb));
    const output = this.#room(unitCount * unitBytes);
    this.#byteCount += stream.encoder.encode(slice, sampleCount, output, this.#isBigEndian);
    this.#nextFrame += frameCount;
    return true;
  }

  /** Where the next bytes go; memory grows with what exists, not with what was asked for. */
  #room(byteCount: number): Uint8Array {
    const needed = this.#byteCount + byteCount;
    if (needed > this.#bytes.length) {
      const capacity = Math.min(this.#byteLimit, Math.max(needed, 2 * this.#bytes.length));
      const grown = new Uint8Array(capacity);
      grown.set(this.#bytes.subarray(0, this.#byteCount));
      this.#bytes = grown;
    }
    return this.#bytes.subarray(this.#byteCount);
  }
}
