// The sound of a file in the form in which a device takes it: pieces of 16-bit samples at its rate, with
// its channels.
import { createResampler } from '#shared/audio/resampler';
import { round16 } from '#shared/audio/sample16';

/** Decoded sound, each channel for itself: what an AudioBuffer offers. */
export interface DecodedSound {
  readonly sampleRate: number;
  readonly length: number;
  readonly numberOfChannels: number;
  getChannelData(channel: number): Float32Array;
}

export interface SoundTarget {
  readonly rateHz: number;
  readonly channelCount: number;
  readonly pieceFrames: number;
}

/** Input frames that are resampled at once. */
const BLOCK_FRAMES = 4_096;

/** How many frames `piecesOf` gives in all. */
export function frameCountOf(sound: DecodedSound, rateHz: number): number {
  return Math.ceil((sound.length * rateHz) / sound.sampleRate);
}

/** Pieces of `pieceFrames`, the last one of what is left; each is the taker's. */
export function* piecesOf(sound: DecodedSound, target: SoundTarget): Generator<Int16Array> {
  const { rateHz, channelCount, pieceFrames } = target;
  let leftFrames = frameCountOf(sound, rateHz);
  let piece = new Int16Array(Math.min(pieceFrames, leftFrames) * channelCount);
  let filled = 0;
  for (const block of blocksOf(sound, rateHz, channelCount)) {
    for (const sample of block) {
      if (leftFrames === 0) return;
      piece[filled] = round16(sample * 0x8000);
      filled += 1;
      if (filled < piece.length) continue;
      leftFrames -= piece.length / channelCount;
      yield piece;
      piece = new Int16Array(Math.min(pieceFrames, leftFrames) * channelCount);
      filled = 0;
    }
  }
}

/** Interleaved, at the other rate; a view that the next block overwrites. Silence follows the sound. */
function* blocksOf(
  sound: DecodedSound,
  rateHz: number,
  channelCount: number,
): Generator<Float32Array> {
  const resampler = createResampler({
    ...{ channelCount, ratio: rateHz / sound.sampleRate, taps: 32 },
    maxInputFrames: BLOCK_FRAMES,
  });
  const input = new Float32Array(BLOCK_FRAMES * channelCount);
  const output = new Float32Array(resampler.maxOutputFrames(BLOCK_FRAMES) * channelCount);
  const channels = channelsOf(sound, channelCount);
  const endFrame = sound.length + resampler.latencyFrames + BLOCK_FRAMES;
  for (let from = 0; from < endFrame; from += BLOCK_FRAMES) {
    for (let frame = 0; frame < BLOCK_FRAMES; frame++) {
      for (let channel = 0; channel < channelCount; channel++) {
        input[frame * channelCount + channel] = channels[channel]?.(from + frame) ?? 0;
      }
    }
    const written = resampler.process(input, BLOCK_FRAMES, output);
    yield output.subarray(0, written * channelCount);
  }
}

type Samples = (frame: number) => number;

/** A mono device hears the mean of all channels; of more than one, a sound with fewer begins again. */
function channelsOf(sound: DecodedSound, channelCount: number): Samples[] {
  const count = sound.numberOfChannels;
  const data = Array.from({ length: count }, (_, channel) => sound.getChannelData(channel));
  if (channelCount === 1 && count > 1) {
    return [(frame) => data.reduce((sum, each) => sum + (each[frame] ?? 0), 0) / count];
  }
  return Array.from({ length: channelCount }, (_, channel) => {
    const samples = data[channel % count];
    return (frame) => samples?.[frame] ?? 0;
  });
}
