// Sounds for the commands to play, and how good what came back is.
import { Writable } from 'node:stream';
import type { SoundFormat } from '#cli/sound-files/format';
import { openSound } from '#cli/sound-files/reading';
import { createSoundWriter } from '#cli/sound-files/writing';
import { seededRandom } from '#test/support/random';

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
export function channelOf(bytes: Uint8Array, channel: number, channelCount: number): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frameCount = Math.floor(bytes.length / 2 / channelCount);
  return Float64Array.from({ length: frameCount }, (_, frame) =>
    view.getInt16((frame * channelCount + channel) * 2, true),
  );
}

/** What is left of a sound besides the best-fitting sine of that frequency, in dB below it. */
export function signalToNoiseDb(
  samples: Float64Array,
  frequencyHz: number,
  rateHz: number,
): number {
  let [sineSum, cosineSum] = [0, 0];
  const angle = (i: number): number => (2 * Math.PI * frequencyHz * i) / rateHz;
  for (const [i, sample] of samples.entries()) {
    sineSum += sample * Math.sin(angle(i));
    cosineSum += sample * Math.cos(angle(i));
  }
  const [a, b] = [(2 * sineSum) / samples.length, (2 * cosineSum) / samples.length];
  let noise = 0;
  for (const [i, sample] of samples.entries()) {
    noise += (sample - a * Math.sin(angle(i)) - b * Math.cos(angle(i))) ** 2;
  }
  const signal = ((a ** 2 + b ** 2) / 2) * samples.length;
  return 10 * Math.log10(signal / noise);
}

/** Of a WAV file with one channel of 16 bits. */
export async function samplesOf(file: string): Promise<Int16Array> {
  const { format, samples } = await openSound(file);
  if (format.encoding !== 'LIN16' || format.channelCount !== 1) throw new Error(`${file} is odd`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of samples) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return Int16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
}
