// Conversion of a stream from one encoding to another, along one path: decode to the linear form of the
// destination, and encode. Equal encodings are copied, and the two laws of G.711 have direct tables.
import type { Codec } from './codec.ts';
import { createLinearBuffer } from './forms.ts';
import { aLawToMuLaw, muLawToALaw } from './g711-direct.ts';
import { createDecoderTo } from './linear-coders.ts';
import { copySamples } from './sample-bytes.ts';
import { bytesPerUnit, framesForBytes, framesPerUnit } from './units.ts';

export interface Converter {
  /**
   * Converts all of `input` to the start of `output` and returns the bytes written. A RangeError unless
   * `input` is whole units of all channels, no more frames than the converter was made for, and these
   * frames fill whole units of the other encoding too. The flags matter to LIN16 and LIN32 only.
   */
  convert(
    input: Uint8Array,
    output: Uint8Array,
    fromBigEndian: boolean,
    toBigEndian: boolean,
  ): number;
  /** Forgets what came before: the next bytes start a stream, or continue one elsewhere in time. */
  reset(): void;
}

/** One call of `convert` takes `maxFrames` frames at most, and allocates nothing. */
export function createConverter(
  from: Codec,
  to: Codec,
  channelCount: number,
  maxFrames: number,
): Converter {
  const path = choosePath(from, to, channelCount, maxFrames);
  return {
    convert(input, output, fromBigEndian, toBigEndian) {
      const frameCount = framesForBytes(from.encoding, channelCount, input.length);
      if (input.length % bytesPerUnit(from.encoding, channelCount) !== 0) {
        throw new RangeError(`${input.length} bytes are not whole units of ${from.encoding}.`);
      }
      if (frameCount % framesPerUnit(to.encoding) !== 0) {
        throw new RangeError(`${frameCount} frames do not fill whole units of ${to.encoding}.`);
      }
      if (frameCount > maxFrames) {
        throw new RangeError(`${frameCount} frames at once, but ${maxFrames} were promised.`);
      }
      return path.convert(input, output, fromBigEndian, toBigEndian);
    },
    reset: path.reset,
  };
}

function choosePath(from: Codec, to: Codec, channelCount: number, maxFrames: number): Converter {
  if (from.encoding === to.encoding) return createCopier(from);
  if (from.encoding === 'MU255' && to.encoding === 'ALAW') return createTranslator(muLawToALaw);
  if (from.encoding === 'ALAW' && to.encoding === 'MU255') return createTranslator(aLawToMuLaw);
  return createLinearPath(from, to, channelCount, maxFrames);
}

function createCopier({ encoding, silence }: Codec): Converter {
  const hasByteOrder = encoding === 'LIN16' || encoding === 'LIN32';
  return {
    convert(input, output, fromBigEndian, toBigEndian) {
      copySamples(input, output, silence.length, hasByteOrder && fromBigEndian !== toBigEndian);
      return input.length;
    },
    reset() {},
  };
}

function createTranslator(codeOf: Uint8Array): Converter {
  return {
    convert(input, output) {
      for (let i = 0; i < input.length; i++) output[i] = codeOf[input[i] as number] as number;
      return input.length;
    },
    reset() {},
  };
}

function createLinearPath(
  from: Codec,
  to: Codec,
  channelCount: number,
  maxFrames: number,
): Converter {
  const maxSamples = maxFrames * channelCount;
  const decoder = createDecoderTo(to.form, from, channelCount, maxSamples);
  const encoder = to.createEncoder(channelCount);
  const linear = createLinearBuffer(to.form, maxSamples);
  return {
    convert(input, output, fromBigEndian, toBigEndian) {
      const sampleCount = decoder.decode(input, linear, fromBigEndian);
      return encoder.encode(linear, sampleCount, output, toBigEndian);
    },
    reset() {
      decoder.reset();
      encoder.reset();
    },
  };
}
