// Encodes and decodes whole streams of 16-bit samples in one go, with coders made for the occasion.
import type { Codec } from '#shared/audio/encodings/codec';
import { createDecoder16, createEncoder16 } from '#shared/audio/encodings/linear-coders';
import { bytesForFrames, framesForBytes } from '#shared/audio/encodings/units';

export function encodeStream(codec: Codec, samples: Int16Array, channelCount = 1): Uint8Array {
  const frameCount = samples.length / channelCount;
  const bytes = new Uint8Array(bytesForFrames(codec.encoding, channelCount, frameCount));
  const sampleCount = framesForBytes(codec.encoding, channelCount, bytes.length) * channelCount;
  const encoder = createEncoder16(codec, channelCount, sampleCount);
  encoder.encode(samples, sampleCount, bytes, false);
  return bytes;
}

export function decodeStream(codec: Codec, bytes: Uint8Array, channelCount = 1): Int16Array {
  const sampleCount = framesForBytes(codec.encoding, channelCount, bytes.length) * channelCount;
  const samples = new Int16Array(sampleCount);
  createDecoder16(codec, channelCount, sampleCount).decode(bytes, samples, false);
  return samples;
}
