// GSM 06.10 full rate: 160 samples of a channel to a frame of 33 bytes, and back. Frames of the
// channels follow one another.
import type { Codec, Decoder, Encoder } from '../codec.ts';
import { ChannelDecoder } from './decoder.ts';
import { ChannelEncoder } from './encoder.ts';
import { hasMagic, packFrame, parametersPerFrame, silentFrame, unpackFrame } from './frame.ts';
import { bytesPerFrame, samplesPerFrame } from './tables.ts';

export const gsm: Codec<'int16'> = {
  encoding: 'GSM',
  form: 'int16',
  silence: silentFrame,
  createDecoder: (channelCount) => new GsmDecoder(channelCount),
  createEncoder: (channelCount) => new GsmEncoder(channelCount),
};

class GsmDecoder implements Decoder<'int16'> {
  readonly #channels: readonly ChannelDecoder[];
  readonly #parameters = new Uint8Array(parametersPerFrame);
  readonly #samples = new Int16Array(samplesPerFrame);

  constructor(channelCount: number) {
    this.#channels = Array.from({ length: channelCount }, () => new ChannelDecoder());
  }

  /**
   * Bytes that do not begin with the half-byte D are no frame. A silent frame is decoded in their
   * place, so that the sound before dies away instead of breaking off.
   */
  decode(input: Uint8Array, output: Int16Array): number {
    const channelCount = this.#channels.length;
    let written = 0;
    for (let offset = 0; offset < input.length; ) {
      for (let c = 0; c < channelCount; c++) {
        if (hasMagic(input, offset)) unpackFrame(input, offset, this.#parameters);
        else unpackFrame(silentFrame, 0, this.#parameters);
        (this.#channels[c] as ChannelDecoder).decode(this.#parameters, this.#samples);
        for (let i = 0; i < samplesPerFrame; i++) {
          output[written + i * channelCount + c] = this.#samples[i] as number;
        }
        offset += bytesPerFrame;
      }
      written += samplesPerFrame * channelCount;
    }
    return written;
  }

  reset(): void {
    for (const channel of this.#channels) channel.reset();
  }
}

class GsmEncoder implements Encoder<'int16'> {
  readonly #channels: readonly ChannelEncoder[];
  readonly #parameters = new Uint8Array(parametersPerFrame);
  readonly #samples = new Int16Array(samplesPerFrame);

  constructor(channelCount: number) {
    this.#channels = Array.from({ length: channelCount }, () => new ChannelEncoder());
  }

  encode(input: Int16Array, sampleCount: number, output: Uint8Array): number {
    const channelCount = this.#channels.length;
    let written = 0;
    for (let first = 0; first < sampleCount; first += samplesPerFrame * channelCount) {
      for (let c = 0; c < channelCount; c++) {
        for (let i = 0; i < samplesPerFrame; i++) {
          this.#samples[i] = input[first + i * channelCount + c] as number;
        }
        (this.#channels[c] as ChannelEncoder).encode(this.#samples, this.#parameters);
        packFrame(this.#parameters, output, written);
        written += bytesPerFrame;
      }
    }
    return written;
  }

  reset(): void {
    for (const channel of this.#channels) channel.reset();
  }
}
