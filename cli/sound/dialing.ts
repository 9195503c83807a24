// Dialing with tones that the program plays itself, as the original library did: what is set for it is put
// back afterwards.
import { DTMF_RAMP_MS, dtmfSegments } from '#shared/audio/dtmf';
import { createToneGenerator } from '#shared/audio/tone';
import type { Context } from '#shared/client/index';
import { playFormatOf } from './device-format.ts';
import { linearBytes, linearFormat } from './linear-sound.ts';
import { startPlayer } from './player.ts';
import { createSoundConverter } from './sound-converter.ts';

/** original.md 11: of AFDialPhone. */
const DIAL_GAIN_DB = 3;
const LEAD_SECONDS = 0.3;
/** Relay and dial tone, for which DialPhone waits, too. */
const DIAL_TONE_SECONDS = 0.9;

/** Picks up first where that was not done. Resolves when the last tone has sounded. */
export async function dialByTones(
  line: Context,
  number: string,
  signal: AbortSignal,
): Promise<void> {
  const { isOffHook } = await line.phone.state();
  if (!isOffHook) await line.phone.pickUp();
  await withDialLevel(line, () =>
    playTones(line, number, isOffHook ? LEAD_SECONDS : DIAL_TONE_SECONDS, signal),
  );
}

async function playTones(
  line: Context,
  number: string,
  secondsFromNow: number,
  signal: AbortSignal,
): Promise<void> {
  const target = playFormatOf(line.device);
  const { rateHz } = target;
  const generator = createToneGenerator({
    ...{ rateHz, segments: dtmfSegments(number), repeat: false, rampMs: DTMF_RAMP_MS },
  });
  const samples = new Int16Array(generator.totalFrames);
  generator.fill16(samples, 0, samples.length);
  const converter = createSoundConverter(linearFormat(rateHz), target);
  const player = await startPlayer({ context: line, start: { secondsFromNow }, signal });
  try {
    await player.play(converter.convert(linearBytes(samples)));
    await player.untilHeard();
  } catch (error) {
    if (signal.aborted) await player.takeBack();
    throw error;
  }
}

/** The gain of the tones, without anything else on the line, and without a gain that follows them. */
async function withDialLevel(line: Context, dial: () => Promise<void>): Promise<void> {
  const { controls } = line;
  const { gainDb, minGainDb, maxGainDb } = await controls.outputGain();
  const passesThrough = await controls.passThrough();
  await controls.setOutputGain(Math.max(minGainDb, Math.min(maxGainDb, DIAL_GAIN_DB)));
  if (passesThrough) await controls.setPassThrough(false);
  const hadGainControl = await controls.setGainControl(false);
  try {
    await dial();
  } finally {
    await Promise.all([
      controls.setOutputGain(gainDb),
      passesThrough && controls.setPassThrough(true),
      hadGainControl && controls.setGainControl(true),
    ]);
  }
}
