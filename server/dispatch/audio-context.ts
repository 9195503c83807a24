// An audio context: a client's way to play on and record from one device, with its own gains,
// encoding and coder state. Any client may use it; it ends with the one that created it.
import type { Device, Timeline } from '#server/devices/face';
import type { Codec, Decoder, Encoder } from '#shared/audio/encodings/codec';
import { codecFor, codecOnDevice } from '#shared/audio/encodings/codecs';
import { createDecoder16, createEncoder16 } from '#shared/audio/encodings/linear-coders';
import { clampGainDb } from '#shared/audio/gain';
import { deviceTime, difference } from '#shared/audio/time';
import type { ContextAttributes } from '#shared/protocol/attributes';
import { type EncodingName, encodingNamed, encodings } from '#shared/protocol/encodings';
import { ProtocolError } from '#shared/protocol/errors';
import type { ContextId, DeviceTime } from '#shared/protocol/ids';
import { RatedTimeline } from './rated-timeline.ts';

/** What one step of a play or record converts at most, all channels counted; larger requests take several. */
export const SLICE_SAMPLES = 8_192;

const MAX_UNSIGNED = 0xffff_ffff;
const MIN_RATE_HZ = 4_000;
const MAX_RATE_HZ = 192_000;
/** protocol.md 11: the original's gain tables for mu-law end here. */
const MAX_MU_LAW_GAIN_DB = 30;

export class AudioContext {
  readonly id: ContextId;
  readonly device: Device;
  /** The device itself, or the device at this context's own rate. */
  timeline: Timeline;
  #attributes: ContextAttributes;
  #encoding: EncodingName;
  #decoder: Decoder<'int16'> | undefined;
  #encoder: Encoder<'int16'> | undefined;
  /** Where the last play and record ended; one that starts elsewhere starts with fresh coder state. */
  playEndFrame = Number.NaN;
  recordEndFrame = Number.NaN;

  /** `refusedValue` goes into the error where an attribute is refused (protocol.md 4). */
  constructor(id: ContextId, device: Device, attributes: Partial<ContextAttributes>) {
    this.id = id;
    this.device = device;
    this.timeline = device;
    this.#encoding = device.encoding;
    this.#attributes = {
      recordGainDb: 0,
      playGainDb: 0,
      startTimeout: MAX_UNSIGNED,
      endSilence: MAX_UNSIGNED,
      preemption: 0,
      encoding: encodings[device.encoding].id,
    };
    this.change(attributes, id);
  }

  get encoding(): EncodingName {
    return this.#encoding;
  }

  get unitBytes(): number {
    return encodings[this.#encoding].bytesPerUnit * this.device.channelCount;
  }

  get unitFrames(): number {
    return encodings[this.#encoding].samplesPerUnit;
  }

  get isPreemptive(): boolean {
    return this.#attributes.preemption === 1;
  }

  get playGainDb(): number {
    return this.#attributes.playGainDb;
  }

  get recordGainDb(): number {
    return this.#attributes.recordGainDb;
  }

  /** Values before a bad one are kept, and the bad one changes nothing (protocol.md 8 and 16.13). */
  change(attributes: Partial<ContextAttributes>, encodingErrorValue = 0): void {
    const { preemption, encoding, recordGainDb, playGainDb, ...stored } = attributes;
    Object.assign(this.#attributes, stored);
    if (recordGainDb !== undefined) this.#attributes.recordGainDb = clampGainDb(recordGainDb);
    if (playGainDb !== undefined) this.#attributes.playGainDb = this.#playGainFor(playGainDb);
    if (preemption !== undefined) {
      const mode = preemption & 0xff;
      if (mode > 1) throw new ProtocolError('BadValue', mode);
      this.#attributes.preemption = mode;
    }
    if (encoding !== undefined) this.#changeEncoding(encoding, encodingErrorValue);
  }

  /** Decodes what is played; state goes on from request to request. */
  get decoder(): Decoder<'int16'> {
    this.#decoder ??= createDecoder16(this.#codec(), this.device.channelCount, SLICE_SAMPLES);
    return this.#decoder;
  }

  /** Encodes what is recorded; what counts as full scale is the device's business. */
  get encoder(): Encoder<'int16'> {
    const { encoding, channelCount } = this.device;
    const fullScale = codecFor(encoding)?.fullScale;
    this.#encoder ??= createEncoder16(this.#codec(), channelCount, SLICE_SAMPLES, fullScale);
    return this.#encoder;
  }

  get rateHz(): number {
    return this.timeline.rateHz;
  }

  /** From now on its samples and times count in another rate; BadValue for a rate that cannot be. */
  changeRate(rateHz: number): void {
    if (rateHz < MIN_RATE_HZ || rateHz > MAX_RATE_HZ) throw new ProtocolError('BadValue', rateHz);
    if (rateHz === this.rateHz) return;
    this.timeline =
      rateHz === this.device.rateHz ? this.device : new RatedTimeline(this.device, rateHz);
    this.playEndFrame = Number.NaN;
    this.recordEndFrame = Number.NaN;
  }

  nowFrame(): number {
    return this.timeline.nowFrame();
  }

  timeOf(frame: number): DeviceTime {
    return deviceTime(frame);
  }

  /** The frame that a time means, of all that share its 32 bits the one nearest to `nearFrame`. */
  frameOf(time: DeviceTime, nearFrame: number): number {
    return nearFrame + difference(time, deviceTime(nearFrame));
  }

  #changeEncoding(number: number, errorValue: number): void {
    const name = encodingNamed(number);
    if (name === undefined || !codecFor(name)) throw new ProtocolError('BadValue', errorValue);
    if (name === this.#encoding) return;
    this.#encoding = name;
    this.#attributes.encoding = number;
    this.#decoder = undefined;
    this.#encoder = undefined;
  }

  #playGainFor(gainDb: number): number {
    if (this.device.encoding !== 'MU255') return clampGainDb(gainDb);
    return Math.min(MAX_MU_LAW_GAIN_DB, Math.max(-MAX_MU_LAW_GAIN_DB, gainDb));
  }

  #codec(): Codec {
    const codec = codecOnDevice(this.#encoding, this.device.encoding);
    if (!codec) throw new ProtocolError('BadImplementation');
    return codec;
  }
}
