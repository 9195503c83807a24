// Channel maps between mono and interleaved multi-channel samples. The functions take any kind of
// linear samples; a program stays fast as long as it uses mostly one kind (Int16Array on the server,
// Float32Array in pages). Counts and positions are in frames, ranges are the caller's to check, input
// and output do not overlap, nothing is allocated.

export type LinearSamples = Int16Array | Int32Array | Float32Array;

/** Gives a mono sound to every channel. */
export function spreadMono<Samples extends LinearSamples>(
  mono: Samples,
  output: Samples,
  frameCount: number,
  channelCount: number,
): void {
  for (let channel = 0; channel < channelCount; channel++) {
    placeChannel(mono, output, channel, frameCount, channelCount);
  }
}

/** Folds all channels to mono as their mean; in integer samples it is cut off towards zero. */
export function averageChannels<Samples extends LinearSamples>(
  input: Samples,
  output: Samples,
  frameCount: number,
  channelCount: number,
): void {
  let at = 0;
  for (let frame = 0; frame < frameCount; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channelCount; channel++) sum += input[at++] as number;
    output[frame] = sum / channelCount;
  }
}

/** Takes one channel out of interleaved samples. */
export function pickChannel<Samples extends LinearSamples>(
  input: Samples,
  output: Samples,
  channel: number,
  frameCount: number,
  channelCount: number,
): void {
  let at = channel;
  for (let frame = 0; frame < frameCount; frame++) {
    output[frame] = input[at] as number;
    at = (at + channelCount) | 0;
  }
}

/** Puts a mono sound into one channel of interleaved samples and leaves the others alone. */
export function placeChannel<Samples extends LinearSamples>(
  mono: Samples,
  output: Samples,
  channel: number,
  frameCount: number,
  channelCount: number,
): void {
  let at = channel;
  for (let frame = 0; frame < frameCount; frame++) {
    output[at] = mono[frame] as number;
    at = (at + channelCount) | 0;
  }
}
