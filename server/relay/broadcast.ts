// What one device plays, cut into frames of one length, for all pages that listen to it at that length. A
// frame is built once, however many hear it.
import type { Clock, Device, Sink } from '#server/devices/face';
import { codecFor } from '#shared/audio/encodings/codecs';
import { createEncoder16 } from '#shared/audio/encodings/linear-coders';
import { bytesForFrames } from '#shared/audio/encodings/units';
import { deviceTime } from '#shared/audio/time';
import { encodeFrame, FRAME_HEADER_BYTES, frameFlags } from '#shared/relay/frame';
import { frameMessage, withFlag } from './frame-message.ts';
import type { FrameMessage } from './ports.ts';

export type FrameMs = 10 | 20;

/** Hears frames. Must not throw. */
export interface FrameListener {
  hear(frame: BroadcastFrame, nowMs: number): void;
}

/** A frame as it follows from the one before, and as the first that somebody hears. */
export interface BroadcastFrame {
  readonly message: FrameMessage;
  readonly discontinuous: FrameMessage;
}

export interface BroadcastOptions {
  readonly device: Device;
  /** As pages know the device. */
  readonly deviceNumber: number;
  readonly frameMs: FrameMs;
  readonly clock: Clock;
}

/** Frames are made of parts of 10 ms, so that they end where the blocks of devices end. */
const PART_MS = 10;
const PARTS_PER_SECOND = 1_000 / PART_MS;

export class Broadcast implements Sink {
  readonly #options: BroadcastOptions;
  readonly #listeners = new Set<FrameListener>();
  readonly #frameFrames: number;
  readonly #encoder;
  /** The encoded samples of the frame that is being filled. */
  readonly #bytes: Uint8Array;
  #filledFrames = 0;
  #startFrame = 0;
  #isDiscontinuous = true;
  #sequence = 0;
  #isSounding = false;
  #endSink: (() => void) | undefined;

  constructor(options: BroadcastOptions) {
    const { device, frameMs } = options;
    const codec = codecFor(device.encoding);
    if (codec === undefined) throw new Error(`There is no codec for ${device.encoding}.`);
    this.#options = options;
    this.#frameFrames = (frameMs / PART_MS) * Math.round(device.rateHz / PARTS_PER_SECOND);
    const sampleCount = this.#frameFrames * device.channelCount;
    this.#encoder = createEncoder16(codec, device.channelCount, sampleCount, codec.fullScale);
    this.#bytes = new Uint8Array(this.#byteCount(this.#frameFrames));
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** What a listener is sent each millisecond; 0 while there is silence. */
  get bytesPerMs(): number {
    const frameBytes = FRAME_HEADER_BYTES + this.#bytes.length;
    return this.#isSounding ? frameBytes / this.#options.frameMs : 0;
  }

  /** Gives a function that ends it. */
  add(listener: FrameListener): () => void {
    this.#listeners.add(listener);
    this.#endSink ??= this.#options.device.addSink(this);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#endSink?.();
      this.#endSink = undefined;
      this.#filledFrames = 0;
      this.#isSounding = false;
    };
  }

  played({ startFrame, frameCount, samples, isContinuation }: Parameters<Sink['played']>[0]): void {
    if (!isContinuation) {
      this.#flush(0);
      this.#isDiscontinuous = true;
    }
    this.#isSounding = true;
    const { channelCount } = this.#options.device;
    for (let done = 0; done < frameCount; ) {
      if (this.#filledFrames === 0) this.#startFrame = startFrame + done;
      const frames = Math.min(this.#frameFrames - this.#filledFrames, frameCount - done);
      const part = samples.subarray(done * channelCount, (done + frames) * channelCount);
      const room = this.#bytes.subarray(this.#byteCount(this.#filledFrames));
      this.#encoder.encode(part, part.length, room, false);
      this.#filledFrames += frames;
      done += frames;
      if (this.#filledFrames === this.#frameFrames) this.#flush(0);
    }
  }

  silent(): void {
    if (this.#filledFrames === 0) this.#startFrame += this.#frameFrames;
    this.#send(frameFlags.endOfSound);
    this.#isSounding = false;
  }

  #flush(flags: number): void {
    if (this.#filledFrames > 0) this.#send(flags);
  }

  #send(flags: number): void {
    const nowMs = this.#options.clock.nowMs();
    const frame = this.#frame(flags, nowMs);
    this.#filledFrames = 0;
    this.#isDiscontinuous = false;
    this.#sequence = (this.#sequence + 1) >>> 0;
    for (const listener of this.#listeners) listener.hear(frame, nowMs);
  }

  #frame(endFlags: number, nowMs: number): BroadcastFrame {
    const flags = endFlags | (this.#isDiscontinuous ? frameFlags.discontinuity : 0);
    const message = this.#message(flags, nowMs);
    let discontinuous: FrameMessage | undefined;
    return {
      message,
      get discontinuous() {
        discontinuous ??=
          (flags & frameFlags.discontinuity) !== 0
            ? message
            : withFlag(message, frameFlags.discontinuity);
        return discontinuous;
      },
    };
  }

  #message(flags: number, nowMs: number): FrameMessage {
    const { device, deviceNumber } = this.#options;
    const header = {
      kind: 'played',
      flags,
      device: deviceNumber,
      encoding: device.encoding,
      channelCount: device.channelCount,
      frameCount: this.#filledFrames,
      sequence: this.#sequence,
      startTime: deviceTime(this.#startFrame),
      senderMicroseconds: Math.floor(nowMs * 1_000),
    } as const;
    const samples = this.#bytes.subarray(0, this.#byteCount(this.#filledFrames));
    return frameMessage(encodeFrame(header, samples));
  }

  #byteCount(frameCount: number): number {
    const { encoding, channelCount } = this.#options.device;
    return bytesForFrames(encoding, channelCount, frameCount);
  }
}
