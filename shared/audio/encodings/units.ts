// Units, frames and bytes: a unit is the least that an encoding can say, and a stream of N channels comes
// in N units at a time (original.md 7).
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import type { Codec } from './codec.ts';

/** Bytes of one unit of all channels; 0 where the protocol gives the encoding no unit. */
export function bytesPerUnit(encoding: EncodingName, channelCount: number): number {
  return encodings[encoding].bytesPerUnit * channelCount;
}

/** Frames (one sample of every channel) in one unit of all channels. */
export function framesPerUnit(encoding: EncodingName): number {
  return encodings[encoding].samplesPerUnit;
}

/** Bytes of the whole units that `frameCount` frames fill; frames that fill no unit do not count. */
export function bytesForFrames(
  encoding: EncodingName,
  channelCount: number,
  frameCount: number,
): number {
  const unitFrames = framesPerUnit(encoding);
  if (unitFrames === 0) return 0;
  return Math.floor(frameCount / unitFrames) * bytesPerUnit(encoding, channelCount);
}

/** Frames of the whole units in `byteCount` bytes; bytes that make no unit do not count. */
export function framesForBytes(
  encoding: EncodingName,
  channelCount: number,
  byteCount: number,
): number {
  const unitBytes = bytesPerUnit(encoding, channelCount);
  if (unitBytes === 0) return 0;
  return Math.floor(byteCount / unitBytes) * framesPerUnit(encoding);
}

/** Fills all of `bytes` with silence, for any number of channels; an incomplete last unit is cut. */
export function fillSilence(bytes: Uint8Array, { silence }: Codec): void {
  for (let i = 0; i < silence.length && i < bytes.length; i++) bytes[i] = silence[i] as number;
  for (let filled = silence.length; filled < bytes.length; filled *= 2) {
    bytes.copyWithin(filled, 0, filled);
  }
}
