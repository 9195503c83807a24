// A block of sound that was sent to a device: what is left of it, its samples, and how it fades out.
import { createDecoder16, createEncoder16 } from '#shared/audio/encodings/linear-coders';
import { bytesPerUnit } from '#shared/audio/encodings/units';
import { round16 } from '#shared/audio/sample16';
import { advance, difference } from '#shared/audio/time';
import type { DeviceTime } from '#shared/client/index';
import type { SoundFormat } from '../sound-files/format.ts';
import { codecNamed } from './sound-converter.ts';

const FADE_SECONDS = 0.08;

export interface SentBlock {
  readonly startTime: DeviceTime;
  readonly frameCount: number;
  readonly bytes: Uint8Array;
  /** The server has it. */
  isAnswered: boolean;
}

/** What sounds of it from that time on; undefined where nothing does. */
export function restOf(block: SentBlock, fromTime: DeviceTime): SentBlock | undefined {
  const { startTime, frameCount, bytes } = block;
  const skippedFrames = Math.max(0, difference(fromTime, startTime));
  if (skippedFrames >= frameCount) return undefined;
  return {
    ...block,
    startTime: advance(startTime, skippedFrames),
    frameCount: frameCount - skippedFrames,
    bytes: bytes.subarray((bytes.length / frameCount) * skippedFrames),
  };
}

export function samplesIn(bytes: Uint8Array, { encoding, channelCount }: SoundFormat): Int16Array {
  const frameCount = bytes.length / bytesPerUnit(encoding, channelCount);
  const samples = new Int16Array(frameCount * channelCount);
  const decoder = createDecoder16(codecNamed(encoding), channelCount, samples.length);
  decoder.decode(bytes, samples, false);
  return samples;
}

/**
 * What replaces a block so that it fades out, or, where `isAdded`, what is to be mixed with it. The fade began
 * `fadedFrames` before the block.
 */
export function fadedOut(
  bytes: Uint8Array,
  format: SoundFormat,
  fadedFrames: number,
  isAdded: boolean,
): Uint8Array {
  const { encoding, channelCount, rateHz } = format;
  const samples = samplesIn(bytes, format);
  const fadeFrames = FADE_SECONDS * rateHz;
  for (let i = 0; i < samples.length; i++) {
    const progress = Math.min(1, (fadedFrames + Math.floor(i / channelCount)) / fadeFrames);
    const gain = 0.5 + 0.5 * Math.cos(Math.PI * progress);
    samples[i] = round16((samples[i] as number) * (isAdded ? gain - 1 : gain));
  }
  const output = new Uint8Array(bytes.length);
  const encoder = createEncoder16(codecNamed(encoding), channelCount, samples.length);
  encoder.encode(samples, samples.length, output, false);
  return output;
}
