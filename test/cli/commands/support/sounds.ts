// Sounds for the commands to play, and the samples of what came back.
import { Writable } from 'node:stream';
import type { SoundFormat } from '#cli/sound-files/format';
import { openSound } from '#cli/sound-files/reading';
import { createSoundWriter } from '#cli/sound-files/writing';
import { seededRandom } from '#test/support/random';
import { samplesOf16 } from '#test/support/sounds';

export function sineBytes(
  frequencyHz: number,
  { rateHz, channelCount }: Pick<SoundFormat, 'rateHz' | 'channelCount'>,
  seconds: number,
  amplitude = 16_000,
): Uint8Array {
  const frameCount = Math.round(seconds * rateHz);
  const bytes = new Uint8Array(frameCount * channelCount * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < frameCount * channelCount; i++) {
    const phase = (2 * Math.PI * frequencyHz * Math.floor(i / channelCount)) / rateHz;
    view.setInt16(i * 2, Math.round(amplitude * Math.sin(phase)), true);
  }
  return bytes;
}

/** Not quite full scale. */
export function noiseBytes(byteCount: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const bytes = new Uint8Array(byteCount);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i + 1 < byteCount; i += 2) {
    view.setInt16(i, random(60_000) - 30_000, true);
  }
  return bytes;
}

/** As a pipe has it, without sizes. */
export async function wavBytes(format: SoundFormat, samples: Uint8Array): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  const writer = await createSoundWriter(stream, 'wav', format);
  await writer.write(samples);
  await writer.close();
  return Buffer.concat(chunks);
}

export async function writeWav(
  path: string,
  format: SoundFormat,
  samples: Uint8Array,
): Promise<void> {
  const writer = await createSoundWriter(path, 'wav', format);
  await writer.write(samples);
  await writer.close();
}

/** 16-bit samples, little endian, of one channel out of `channelCount`. */
export function channelOf(bytes: Uint8Array, channel: number, channelCount: number): Int16Array {
  return samplesOf16(bytes).filter((_, at) => at % channelCount === channel);
}

/** Of a WAV file with one channel of 16 bits. */
export async function samplesOf(file: string): Promise<Int16Array> {
  const { format, samples } = await openSound(file);
  if (format.encoding !== 'LIN16' || format.channelCount !== 1) throw new Error(`${file} is odd`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of samples) chunks.push(chunk);
  return samplesOf16(Buffer.concat(chunks));
}
