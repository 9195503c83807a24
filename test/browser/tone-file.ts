// A tone as a WAV file, for the browser's fake microphone.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { wavHeader } from '#web/audio/recorder';

const RATE_HZ = 48_000;

export interface ToneOptions {
  readonly hz: number;
  readonly amplitude: number;
  /** Longer than a test: where the browser repeats it, it does not go on evenly. */
  readonly seconds: number;
}

/** Gives the path of the file. */
export async function writeToneFile(
  folder: string,
  { hz, amplitude, seconds }: ToneOptions,
): Promise<string> {
  const samples = Int16Array.from({ length: seconds * RATE_HZ }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / RATE_HZ)),
  );
  const file = path.join(folder, 'tone.wav');
  await writeFile(file, [
    wavHeader(1, RATE_HZ, samples.byteLength),
    new Uint8Array(samples.buffer),
  ]);
  return file;
}
