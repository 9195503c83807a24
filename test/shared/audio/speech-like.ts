// Speech-like sound: syllables of a gliding voice through vowel formants, hisses and pauses, from a
// seed. It speaks no language, but spreads its energy over time and frequency as people do.
import { seededFractions } from '#test/support/random';

/** First three formants of vowels in Hz, for a grown man; a speaker scales them. */
const VOWEL_FORMANTS_HZ: [number, number, number][] = [
  [270, 2290, 3010],
  [390, 1990, 2550],
  [530, 1840, 2480],
  [660, 1720, 2410],
  [730, 1090, 2440],
  [570, 840, 2410],
  [440, 1020, 2240],
  [300, 870, 2240],
  [490, 1350, 1690],
];
const FORMANT_WIDTHS_HZ = [60, 90, 150] as const;

interface Resonator {
  b: number;
  c: number;
}

interface Sound {
  kind: 'voice' | 'hiss' | 'pause';
  frames: number;
}

/** Mono, with an RMS of `rms` (pauses included). */
export function speechLike(seed: number, rateHz: number, seconds: number, rms: number): Int16Array {
  const random = seededFractions(seed);
  const between = (from: number, to: number) => from + (to - from) * random();
  const output = new Float64Array(Math.round(rateHz * seconds));

  let speaker = { pitchHz: 0, formantScale: 0 };
  let speakerLeft = 0;
  let phase = 0;

  function nextSound(): Sound {
    const dice = random();
    if (dice < 0.68) return { kind: 'voice', frames: Math.round(rateHz * between(0.06, 0.4)) };
    if (dice < 0.84) return { kind: 'hiss', frames: Math.round(rateHz * between(0.03, 0.15)) };
    return { kind: 'pause', frames: Math.round(rateHz * between(0.03, 0.6)) };
  }

  function formants(): Resonator[] {
    const vowel = VOWEL_FORMANTS_HZ[Math.floor(random() * VOWEL_FORMANTS_HZ.length)] ?? [0, 0, 0];
    return FORMANT_WIDTHS_HZ.map((widthHz, i) => {
      const hz = Math.min((vowel[i] ?? 0) * speaker.formantScale, rateHz * 0.45);
      const radius = Math.exp((-Math.PI * widthHz) / rateHz);
      return { b: 2 * radius * Math.cos((2 * Math.PI * hz) / rateHz), c: -radius * radius };
    });
  }

  for (let at = 0; at < output.length; ) {
    if (speakerLeft-- <= 0) {
      // Men, women and children, some with clear high voices of few harmonics: the hard case.
      const height = random();
      speaker = { pitchHz: 80 + 340 * height, formantScale: 0.95 + 0.35 * height };
      speakerLeft = 20;
    }
    const { kind, frames } = nextSound();
    const end = Math.min(output.length, at + frames);
    const level = kind === 'pause' ? 0 : between(0.3, 1) * (kind === 'hiss' ? 0.3 : 1);
    const fromHz = speaker.pitchHz * between(0.75, 1.3);
    // Half of the syllables are held like a singer's, the others glide.
    const toHz = random() < 0.5 ? fromHz * between(0.98, 1.02) : fromHz * between(0.7, 1.4);
    const edge = Math.min(frames / 3, rateHz * 0.02);
    const sound = output.subarray(at, end);
    for (let i = 0; i < sound.length; i++) {
      phase += (fromHz + ((toHz - fromHz) * i) / frames) / rateHz;
      phase -= Math.floor(phase);
      const source = kind === 'hiss' ? 2 * random() - 1 : glottalPulse(phase);
      sound[i] = source * Math.min(1, i / edge, (frames - i) / edge);
    }
    if (kind === 'voice') throughFormants(sound, formants());
    scaleTo(level, sound);
    at = end;
  }
  scaleTo(rms, output);
  return Int16Array.from(output, (sample) => Math.max(-32_768, Math.min(32_767, sample)));
}

/** Three resonators in a row, in place. */
function throughFormants(sound: Float64Array, formants: Resonator[]): void {
  for (const { b, c } of formants) {
    let last = 0;
    let beforeLast = 0;
    for (let i = 0; i < sound.length; i++) {
      const next = (sound[i] ?? 0) + b * last + c * beforeLast;
      beforeLast = last;
      last = next;
      sound[i] = next;
    }
  }
}

/** Flow through the vocal folds: a smooth rise, a faster fall, closed for the rest. Its mean is 0. */
function glottalPulse(phase: number): number {
  const OPEN = 0.4;
  const CLOSED = 0.56;
  if (phase < OPEN) return 0.5 - 0.5 * Math.cos((Math.PI * phase) / OPEN) - 0.3;
  if (phase < CLOSED) return Math.cos((Math.PI * (phase - OPEN)) / (2 * (CLOSED - OPEN))) - 0.3;
  return -0.3;
}

/** Brings a sound to an RMS, in place; silence stays silence. */
function scaleTo(rms: number, sound: Float64Array): void {
  let energy = 0;
  for (const sample of sound) energy += sample * sample;
  const factor = energy === 0 ? 0 : rms / Math.sqrt(energy / sound.length);
  for (let i = 0; i < sound.length; i++) sound[i] = (sound[i] ?? 0) * factor;
}
