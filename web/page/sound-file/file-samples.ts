// From what a browser decodes to the samples that a device takes.

/** Samples of a file at the device's rate, one array for each of its channels. */
export interface FileSound {
  readonly frameCount: number;
  readonly channels: readonly Float32Array[];
}

const FULL_SCALE = 32_767;

/** A part as LIN16, little endian: channels are repeated or mixed where the device has more or fewer. */
export function lin16Bytes(
  sound: FileSound,
  channelCount: number,
  fromFrame: number,
  frameCount: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(frameCount * channelCount * 2);
  const view = new DataView(bytes.buffer);
  const sources = sourcesOf(sound.channels, channelCount);
  for (let channel = 0; channel < channelCount; channel++) {
    const mixed = sources[channel] ?? [];
    for (let frame = 0; frame < frameCount; frame++) {
      let sum = 0;
      for (const samples of mixed) sum += samples[fromFrame + frame] ?? 0;
      const sample = Math.min(1, Math.max(-1, sum / Math.max(1, mixed.length)));
      view.setInt16((frame * channelCount + channel) * 2, Math.round(sample * FULL_SCALE), true);
    }
  }
  return bytes;
}

/** For each channel of the device, the channels of the file that are mixed into it. */
function sourcesOf(
  channels: readonly Float32Array[],
  channelCount: number,
): readonly (readonly Float32Array[])[] {
  if (channelCount === 1) return [channels];
  return Array.from({ length: channelCount }, (_, channel) => {
    const source = channels[channel % Math.max(1, channels.length)];
    return source ? [source] : [];
  });
}
