// What the samples of a context are: their encoding, their rate, and the state of the coders between them
// and the device. These never change: a context that is changed gets another stream, and a play or record
// that is under way ends with the one that it began with.
import type { Device, Timeline } from '#server/devices/face';
import type { Codec, Decoder, Encoder } from '#shared/audio/encodings/codec';
import { codecFor, codecOnDevice } from '#shared/audio/encodings/codecs';
import { createDecoder16, createEncoder16 } from '#shared/audio/encodings/linear-coders';
import { deviceTime, difference } from '#shared/audio/time';
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import { ProtocolError } from '#shared/protocol/errors';
import type { DeviceTime } from '#shared/protocol/ids';

/** What one step of a play or record converts, all channels counted; larger requests take several. */
export const SLICE_SAMPLES = 8_192;

export class SampleStream {
  readonly device: Device;
  readonly encoding: EncodingName;
  /** The device itself, or the device at a rate of the context's own. */
  readonly timeline: Timeline;
  /** Of all channels. */
  readonly unitBytes: number;
  readonly unitFrames: number;
  /** What one step converts at most: neither more in samples of its own rate, nor in the device's. */
  readonly sliceUnits: number;
  /** Where the last play and record ended; one that starts elsewhere starts with fresh coder state. */
  playEndFrame = Number.NaN;
  recordEndFrame = Number.NaN;
  #decoder: Decoder<'int16'> | undefined;
  #encoder: Encoder<'int16'> | undefined;

  constructor(device: Device, encoding: EncodingName, timeline: Timeline) {
    this.device = device;
    this.encoding = encoding;
    this.timeline = timeline;
    this.unitBytes = encodings[encoding].bytesPerUnit * device.channelCount;
    this.unitFrames = encodings[encoding].samplesPerUnit;
    const unitSamples = this.unitFrames * device.channelCount;
    const deviceRatio = Math.max(1, device.rateHz / timeline.rateHz);
    this.sliceUnits = Math.max(1, Math.floor(SLICE_SAMPLES / (unitSamples * deviceRatio)));
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

  nowFrame(): number {
    return this.timeline.nowFrame();
  }

  /** The device time now. */
  now(): DeviceTime {
    return deviceTime(this.nowFrame());
  }

  /** The frame that a time means, of all that share its 32 bits the one nearest to `nearFrame`. */
  frameOf(time: DeviceTime, nearFrame: number): number {
    return nearFrame + difference(time, deviceTime(nearFrame));
  }

  #codec(): Codec {
    const codec = codecOnDevice(this.encoding, this.device.encoding);
    if (!codec) throw new ProtocolError('BadImplementation');
    return codec;
  }
}
