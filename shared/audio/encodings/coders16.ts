// Decoders and encoders whose linear side is 16-bit integers, whatever form the codec itself has: what
// a device's buffers take from plays and give to records.
import type { Codec, Decoder, Encoder, FormName } from './codec.ts';
import { createLinearBuffer, formChange, fullScale16 } from './forms.ts';

/** `maxSamples` bounds what one call of `decode` yields, all channels counted. */
export function createDecoder16(
  codec: Codec,
  channelCount: number,
  maxSamples: number,
): Decoder<'int16'> {
  if (codec.form === 'int16') return codec.createDecoder(channelCount);
  return changeDecoderForm(codec, channelCount, maxSamples);
}

/** `maxSamples` bounds what one call of `encode` takes, all channels counted. */
export function createEncoder16(
  codec: Codec,
  channelCount: number,
  maxSamples: number,
): Encoder<'int16'> {
  if (codec.form === 'int16') return codec.createEncoder(channelCount);
  return changeEncoderForm(codec, channelCount, maxSamples);
}

function changeDecoderForm<Form extends FormName>(
  codec: Codec<Form>,
  channelCount: number,
  maxSamples: number,
): Decoder<'int16'> {
  const decoder = codec.createDecoder(channelCount);
  const linear = createLinearBuffer(codec.form, maxSamples);
  const toInt16 = formChange(codec.form, 'int16');
  return {
    decode(input, output, bigEndian) {
      const sampleCount = decoder.decode(input, linear, bigEndian);
      toInt16(linear, output, sampleCount, fullScale16);
      return sampleCount;
    },
    reset: () => decoder.reset(),
  };
}

function changeEncoderForm<Form extends FormName>(
  codec: Codec<Form>,
  channelCount: number,
  maxSamples: number,
): Encoder<'int16'> {
  const encoder = codec.createEncoder(channelCount);
  const linear = createLinearBuffer(codec.form, maxSamples);
  const fromInt16 = formChange('int16', codec.form);
  return {
    encode(input, sampleCount, output, bigEndian) {
      fromInt16(input, linear, sampleCount, fullScale16);
      return encoder.encode(linear, sampleCount, output, bigEndian);
    },
    reset: () => encoder.reset(),
  };
}
