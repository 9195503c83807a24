// Decoders and encoders whose linear side has the form that the caller wants, whatever form the codec
// itself has; in 16 bits, what a device's buffers take from plays and give to records.
import type { Codec, Decoder, Encoder, FormName } from './codec.ts';
import { formChange, fullScale16, sharedLinearBuffer } from './forms.ts';

/** `maxSamples` bounds what one call of `decode` yields, all channels counted. */
export function createDecoder16(
  codec: Codec,
  channelCount: number,
  maxSamples: number,
): Decoder<'int16'> {
  return createDecoderTo('int16', codec, channelCount, maxSamples);
}

/**
 * `maxSamples` bounds what one call of `encode` takes, all channels counted. `fullScale` is the 16-bit
 * value that is 1.0 in floating point, which where the samples come from may say.
 */
export function createEncoder16(
  codec: Codec,
  channelCount: number,
  maxSamples: number,
  fullScale: number = fullScale16,
): Encoder<'int16'> {
  const encoder = codec.createEncoder(channelCount);
  const changeForm = formChange('int16', codec.form);
  if (changeForm === undefined) return encoder;

  const linear = sharedLinearBuffer(codec.form, maxSamples);
  return {
    encode(input, sampleCount, output, bigEndian) {
      changeForm(input, linear, sampleCount, fullScale);
      return encoder.encode(linear, sampleCount, output, bigEndian);
    },
    reset: () => encoder.reset(),
  };
}

/** A decoder to any form. The caller sees to it that `output` is of that form. */
export function createDecoderTo(
  form: FormName,
  codec: Codec,
  channelCount: number,
  maxSamples: number,
): Decoder<FormName> {
  const decoder = codec.createDecoder(channelCount);
  const changeForm = formChange(codec.form, form);
  if (changeForm === undefined) return decoder;

  const linear = sharedLinearBuffer(codec.form, maxSamples);
  const fullScale = codec.fullScale ?? fullScale16;
  return {
    decode(input, output, bigEndian) {
      const sampleCount = decoder.decode(input, linear, bigEndian);
      changeForm(linear, output, sampleCount, fullScale);
      return sampleCount;
    },
    reset: () => decoder.reset(),
  };
}
