// G.721 (32 kbit/s) and the G.723 of 1988 (24 kbit/s) as bytes: codes packed into units, units of the
// channels one after another.
//
// A unit is a little-endian number, and its first code is in the lowest bits. No server of 1993 ever
// sent these encodings, so nothing says which end comes first; but the CRL ADPCM of the original packs
// so, and so do Sun's sound files, which is where such data came from at the time. (The packing of
// ITU-T I.366.2, first code in the highest bits, came later.)
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import type { Codec, Decoder, Encoder } from './codec.ts';
import { AdpcmChannel, type AdpcmRate, rate24, rate32 } from './g726-adpcm.ts';

export const g721 = adpcmCodec('G721', rate32);
export const g723 = adpcmCodec('G723', rate24);

function adpcmCodec(encoding: EncodingName, rate: AdpcmRate): Codec<'int16'> {
  const { bytesPerUnit } = encodings[encoding];
  return {
    encoding,
    form: 'int16',
    // A code of all ones is the smallest difference, which decodes to none (original.md 10).
    silence: new Uint8Array(bytesPerUnit).fill(0xff),
    createDecoder: (channelCount) => new AdpcmDecoder(encoding, rate, channelCount),
    createEncoder: (channelCount) => new AdpcmEncoder(encoding, rate, channelCount),
  };
}

class AdpcmDecoder implements Decoder<'int16'> {
  readonly #channels: readonly AdpcmChannel[];
  readonly #bytesPerUnit: number;
  readonly #samplesPerUnit: number;
  readonly #bitsPerCode: number;

  constructor(encoding: EncodingName, rate: AdpcmRate, channelCount: number) {
    this.#channels = Array.from({ length: channelCount }, () => new AdpcmChannel(rate));
    this.#bytesPerUnit = encodings[encoding].bytesPerUnit;
    this.#samplesPerUnit = encodings[encoding].samplesPerUnit;
    this.#bitsPerCode = rate.bitsPerCode;
  }

  decode(input: Uint8Array, output: Int16Array): number {
    const channelCount = this.#channels.length;
    let written = 0;
    for (let offset = 0; offset < input.length; ) {
      for (let c = 0; c < channelCount; c++) {
        this.#decodeUnit(this.#channels[c] as AdpcmChannel, input, offset, output, written + c);
        offset += this.#bytesPerUnit;
      }
      written += this.#samplesPerUnit * channelCount;
    }
    return written;
  }

  #decodeUnit(
    channel: AdpcmChannel,
    input: Uint8Array,
    offset: number,
    output: Int16Array,
    firstSample: number,
  ): void {
    let unit = 0;
    for (let i = this.#bytesPerUnit - 1; i >= 0; i--) {
      unit = (unit << 8) | (input[offset + i] as number);
    }
    const codeMask = (1 << this.#bitsPerCode) - 1;
    for (let i = 0; i < this.#samplesPerUnit; i++) {
      const sample14 = channel.decode(unit & codeMask);
      output[firstSample + i * this.#channels.length] = clip16(sample14 << 2);
      unit >>= this.#bitsPerCode;
    }
  }

  reset(): void {
    for (const channel of this.#channels) channel.reset();
  }
}

class AdpcmEncoder implements Encoder<'int16'> {
  readonly #channels: readonly AdpcmChannel[];
  readonly #bytesPerUnit: number;
  readonly #samplesPerUnit: number;
  readonly #bitsPerCode: number;

  constructor(encoding: EncodingName, rate: AdpcmRate, channelCount: number) {
    this.#channels = Array.from({ length: channelCount }, () => new AdpcmChannel(rate));
    this.#bytesPerUnit = encodings[encoding].bytesPerUnit;
    this.#samplesPerUnit = encodings[encoding].samplesPerUnit;
    this.#bitsPerCode = rate.bitsPerCode;
  }

  encode(input: Int16Array, sampleCount: number, output: Uint8Array): number {
    const channelCount = this.#channels.length;
    let written = 0;
    for (let first = 0; first < sampleCount; first += this.#samplesPerUnit * channelCount) {
      for (let c = 0; c < channelCount; c++) {
        this.#encodeUnit(this.#channels[c] as AdpcmChannel, input, first + c, output, written);
        written += this.#bytesPerUnit;
      }
    }
    return written;
  }

  #encodeUnit(
    channel: AdpcmChannel,
    input: Int16Array,
    firstSample: number,
    output: Uint8Array,
    offset: number,
  ): void {
    let unit = 0;
    for (let i = 0; i < this.#samplesPerUnit; i++) {
      const sample = input[firstSample + i * this.#channels.length] as number;
      unit |= channel.encode(sample >> 2) << (i * this.#bitsPerCode);
    }
    for (let i = 0; i < this.#bytesPerUnit; i++) output[offset + i] = unit >> (8 * i);
  }

  reset(): void {
    for (const channel of this.#channels) channel.reset();
  }
}

function clip16(sample: number): number {
  return Math.min(32767, Math.max(-32768, sample));
}
