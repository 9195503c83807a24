// What one device plays, cut into frames of one length, for all pages that listen to it at that length. A
// frame is built once, however many hear it.
import type { Device, Sink } from '#server/devices/face';
import { codecFor } from '#shared/audio/encodings/codecs';
import { createEncoder16 } from '#shared/audio/encodings/linear-coders';
import { bytesForFrames } from '#shared/audio/encodings/units';
import { deviceTime } from '#shared/audio/time';
import { encodeFrame, FRAME_HEADER_BYTES, frameFlags } from '#shared/relay/frame';
import { BroadcastFrame } from './broadcast-frame.ts';
import { FanOut, type FanOutOptions, type FrameListener } from './fan-out.ts';
import { frameMessage } from './frame-message.ts';
import { FrameTemplate } from './frame-template.ts';

export type FrameMs = 10 | 20;

export interface BroadcastOptions extends FanOutOptions {
  readonly device: Device;
  /** As pages know the device. */
  readonly deviceNumber: number;
  readonly frameMs: FrameMs;
}

/** Frames are made of parts of 10 ms, so that they end where the blocks of devices end. */
const PART_MS = 10;
const PARTS_PER_SECOND = 1_000 / PART_MS;

export class Broadcast implements Sink {
  readonly #options: BroadcastOptions;
  readonly #fanOut: FanOut;
  readonly #frameFrames: number;
  readonly #encoder;
  /** The encoded samples of the frame that is being filled. */
  readonly #bytes: Uint8Array;
  /** Of a frame that is full. */
  readonly #template: FrameTemplate;
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
    this.#fanOut = new FanOut(options);
    this.#frameFrames = (frameMs / PART_MS) * Math.round(device.rateHz / PARTS_PER_SECOND);
    const sampleCount = this.#frameFrames * device.channelCount;
    this.#encoder = createEncoder16(codec, device.channelCount, sampleCount, codec.fullScale);
    this.#bytes = new Uint8Array(this.#byteCount(this.#frameFrames));
    this.#template = new FrameTemplate(this.#header(this.#frameFrames), this.#bytes.length);
  }

  get listenerCount(): number {
    return this.#fanOut.listenerCount;
  }

  /** The rest of the frame that is being filled. */
  get wantedFrames(): number {
    return this.#frameFrames - this.#filledFrames;
  }

  /** What a listener is sent each millisecond; 0 while there is silence. */
  get bytesPerMs(): number {
    const frameBytes = FRAME_HEADER_BYTES + this.#bytes.length;
    return this.#isSounding ? frameBytes / this.#options.frameMs : 0;
  }

  /** Gives a function that ends it. */
  add(listener: FrameListener): () => void {
    this.#fanOut.add(listener);
    this.#endSink ??= this.#options.device.addSink(this);
    return () => {
      this.#fanOut.delete(listener);
      if (this.#fanOut.listenerCount > 0) return;
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
    const frame = this.#frame(flags);
    this.#filledFrames = 0;
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#isDiscontinuous = !this.#fanOut.send(frame);
  }

  #frame(endFlags: number): BroadcastFrame {
    const moment = {
      flags: endFlags | (this.#isDiscontinuous ? frameFlags.discontinuity : 0),
      sequence: this.#sequence,
      startTime: deviceTime(this.#startFrame),
      senderMicroseconds: Math.floor(this.#options.clock.nowMs() * 1_000),
    };
    if (this.#filledFrames === this.#frameFrames) {
      return new BroadcastFrame(this.#template.message(moment, this.#bytes));
    }
    const header = { ...this.#header(this.#filledFrames), ...moment };
    const samples = this.#bytes.subarray(0, this.#byteCount(this.#filledFrames));
    return new BroadcastFrame(frameMessage(encodeFrame(header, samples)));
  }

  #header(frameCount: number) {
    const { device, deviceNumber } = this.#options;
    const { encoding, channelCount } = device;
    return { kind: 'played', device: deviceNumber, encoding, channelCount, frameCount } as const;
  }

  #byteCount(frameCount: number): number {
    const { encoding, channelCount } = this.#options.device;
    return bytesForFrames(encoding, channelCount, frameCount);
  }
}
