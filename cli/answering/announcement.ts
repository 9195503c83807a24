// What a caller hears: the greeting, and the beep after which to speak.
import { createToneGenerator, type ToneSegment } from '#shared/audio/tone';
import { linearBytes, linearFormat } from '../sound/linear-sound.ts';
import { createSoundConverter } from '../sound/sound-converter.ts';
import type { SoundFormat } from '../sound-files/format.ts';
import { openSound } from '../sound-files/reading.ts';

const RAMP_MS = 12;
const NOTE_LEVEL_DBFS = -15;
/** C, E, G, C: nobody takes them for a tone of the telephone. */
const NOTES_HZ = [523.25, 659.26, 783.99, 1046.5];
const NOTE_MS = 160;
const LAST_NOTE_MS = 400;

const BEEP = { frequencyHz: 1_000, levelDbfs: -12, durationMs: 400 };
const PAUSE_BEFORE_BEEP_MS = 250;

const pause: ToneSegment = { tones: [], durationMs: PAUSE_BEFORE_BEEP_MS };
const beep: ToneSegment = { tones: [BEEP], durationMs: BEEP.durationMs };

/** Greeting and beep in the format of the line. A greeting is tones, or a sound file of any format. */
export async function prepareAnnouncement(
  greetingFile: string | undefined,
  line: SoundFormat,
): Promise<Uint8Array> {
  if (greetingFile === undefined) return tonesFor(line, [...notes(), pause, beep]);
  return Buffer.concat([await fileFor(line, greetingFile), tonesFor(line, [pause, beep])]);
}

function notes(): ToneSegment[] {
  return NOTES_HZ.map((frequencyHz, index) => ({
    tones: [{ frequencyHz, levelDbfs: NOTE_LEVEL_DBFS }],
    durationMs: index === NOTES_HZ.length - 1 ? LAST_NOTE_MS : NOTE_MS,
  }));
}

function tonesFor(line: SoundFormat, segments: readonly ToneSegment[]): Uint8Array {
  const { rateHz } = line;
  const generator = createToneGenerator({ rateHz, segments, repeat: false, rampMs: RAMP_MS });
  const samples = new Int16Array(generator.totalFrames);
  generator.fill16(samples, 0, samples.length);
  const converter = createSoundConverter(linearFormat(rateHz), line);
  return Buffer.concat([converter.convert(linearBytes(samples)), converter.finish()]);
}

async function fileFor(line: SoundFormat, file: string): Promise<Uint8Array> {
  const sound = await openSound(file);
  const converter = createSoundConverter(sound.format, line);
  const pieces: Uint8Array[] = [];
  for await (const chunk of sound.samples) pieces.push(converter.convert(chunk));
  pieces.push(converter.finish());
  return Buffer.concat(pieces);
}
