// A little music, always the same, for pictures of the page.

const NOTE_SECONDS = 0.4;
/** Semitones above A3; -1 is a rest. */
const melody = [0, 4, 7, 12, 16, 12, 7, 4, -3, 0, 4, 9, 12, 9, 4, 0, -1, 5, 9, 12] as const;
const HARMONICS = 7;

/** Mono, between -1 and 1. */
export function musicAt(frame: number, rateHz: number): number {
  const seconds = frame / rateHz;
  const note = Math.floor(seconds / NOTE_SECONDS);
  const semitones = melody[note % melody.length] ?? 0;
  if (semitones === -1) return 0;
  const age = seconds - note * NOTE_SECONDS;
  const attack = Math.min(1, age / 0.012);
  const envelope = attack * Math.exp(-age * 5);
  const hz = 220 * 2 ** (semitones / 12);
  let sum = 0;
  for (let harmonic = 1; harmonic <= HARMONICS && hz * harmonic < rateHz / 2; harmonic++) {
    sum += Math.sin(2 * Math.PI * hz * harmonic * seconds) / harmonic ** 1.3;
  }
  return sum * envelope * (0.3 + 0.12 * Math.sin(seconds * 1.1)) + knockAt(seconds);
}

/** A short noise on every other beat. */
function knockAt(seconds: number): number {
  const age = seconds % (2 * NOTE_SECONDS);
  const noise = (Math.sin(seconds * 91_345.7) * 43_758.5) % 1;
  return noise * 0.3 * Math.exp(-age * 45);
}
