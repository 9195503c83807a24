// From the channels of a microphone to those of a device: one goes to all, all are folded into one, and
// otherwise each goes to the one of its number.
import { averageChannels, pickChannel, placeChannel, spreadMono } from '#shared/audio/channels';

/** Maps interleaved frames; `output` is not `input`. */
export type ChannelMap = (input: Int16Array, output: Int16Array, frameCount: number) => void;

/** Undefined where there is nothing to do. `maxFrames` bounds one call. */
export function channelMap(
  fromCount: number,
  toCount: number,
  maxFrames: number,
): ChannelMap | undefined {
  if (fromCount === toCount) return undefined;
  if (fromCount === 1) {
    return (input, output, frameCount) => spreadMono(input, output, frameCount, toCount);
  }
  if (toCount === 1) {
    return (input, output, frameCount) => averageChannels(input, output, frameCount, fromCount);
  }
  const one = new Int16Array(maxFrames);
  return (input, output, frameCount) => {
    output.fill(0, 0, frameCount * toCount);
    for (let channel = 0; channel < Math.min(fromCount, toCount); channel++) {
      pickChannel(input, one, channel, frameCount, fromCount);
      placeChannel(one, output, channel, frameCount, toCount);
    }
  };
}
