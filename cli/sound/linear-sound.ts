// Mono sound of 16-bit samples, as it is made here and as every player knows it.
import type { SoundFormat } from '../sound-files/format.ts';

export function linearFormat(rateHz: number): SoundFormat {
  return { encoding: 'LIN16', rateHz, channelCount: 1, bigEndian: false };
}

/** The bytes of samples in that format. */
export function linearBytes(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  for (const [index, sample] of samples.entries()) view.setInt16(index * 2, sample, true);
  return bytes;
}
