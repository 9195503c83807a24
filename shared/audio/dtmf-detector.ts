// DTMF detector: Goertzel filters over a sliding window find digits in a stream, with tests of level,
// twist and purity that keep it quiet when somebody merely speaks.
import { DTMF_DIGITS, DTMF_HIGH_HZ, DTMF_LOW_HZ } from './dtmf.ts';

export interface DtmfEvent {
  readonly kind: 'start' | 'end';
  readonly digit: string;
  /** Where the tone began or ended, in frames since creation or reset; within 8 ms in a clean signal. */
  readonly frame: number;
}

export interface DtmfDetectorOptions {
  readonly rateHz: number;
  /** Called from within `add16`: at the start of a digit about 40 ms late, at the end about 25 ms. */
  readonly onEvent: (event: DtmfEvent) => void;
}

export interface DtmfDetector {
  /** Adds `count` mono samples from `from` on. Allocates nothing but the events. */
  add16(samples: Int16Array, from: number, count: number): void;
  reset(): void;
}

/** A window of 24 ms tells neighbouring digits apart; three fit into the shortest digit, 40 ms. */
const HOP_MS = 8;
const HOPS_PER_WINDOW = 3;
/** Windows in a row that agree before a digit has started: 40 ms of tone. */
const HOPS_TO_START = 3;
/** Windows in a row without the digit before it has ended: a single bad one is bridged. */
const HOPS_TO_END = 2;

// The limits below come from measuring: they find 5,120 of 5,120 digits of 60 ms in speech-like sound
// whose mean power is 15 dB lower, and start at nothing in an hour of such sound alone. Purity is what
// tells speech from digits; a stricter dominance only loses digits to a loud syllable.

/** Part of a window's energy that lies in the two tones. A tone 1 % off its frequency still has it. */
const MIN_PURITY = 0.65;
/** Each tone is so many times as strong as any other of its group (3 dB). */
const MIN_DOMINANCE = 2;
/** The two tones differ by no more than 8 dB either way. */
const MAX_TWIST = 6.3;
/** Mean square re full scale below which nothing is looked at: -45 dBFS. */
const MIN_POWER = 10 ** -4.5;

/** No digit: what a window holds that passes not all tests. */
const NONE = -1;

export function createDtmfDetector({ rateHz, onEvent }: DtmfDetectorOptions): DtmfDetector {
  const hopFrames = Math.round((HOP_MS / 1000) * rateHz);
  const windowFrames = HOPS_PER_WINDOW * hopFrames;
  /** A window passes when the tone fills so much of it, give or take half a hop. */
  const coveredFrames = Math.round(MIN_PURITY * windowFrames + hopFrames / 2);
  const classify = createWindowClassifier(rateHz, windowFrames);

  const window = new Float64Array(windowFrames);
  /** Frames of the window's newest hop that are there. */
  let newFrames = 0;
  let endFrame = 0;

  let candidate = NONE;
  let candidateHops = 0;
  let candidateSinceFrame = 0;
  let sounding = NONE;
  let missedHops = 0;
  let lastHeardFrame = 0;

  function reset(): void {
    window.fill(0);
    newFrames = 0;
    endFrame = 0;
    candidate = NONE;
    candidateHops = 0;
    sounding = NONE;
    missedHops = 0;
  }

  function report(kind: DtmfEvent['kind'], key: number, frame: number): void {
    onEvent({ kind, digit: DTMF_DIGITS.charAt(key), frame: Math.max(0, frame) });
  }

  function followSounding(key: number): void {
    if (key === sounding) {
      missedHops = 0;
      lastHeardFrame = endFrame;
      return;
    }
    missedHops += 1;
    if (missedHops < HOPS_TO_END) return;
    report('end', sounding, lastHeardFrame - windowFrames + coveredFrames);
    sounding = NONE;
  }

  function followCandidate(key: number): void {
    if (key !== candidate) {
      candidate = key;
      candidateHops = 0;
      candidateSinceFrame = endFrame;
    }
    candidateHops += 1;
    if (sounding !== NONE || candidate === NONE || candidateHops < HOPS_TO_START) return;
    sounding = candidate;
    missedHops = 0;
    lastHeardFrame = endFrame;
    report('start', sounding, candidateSinceFrame - coveredFrames);
  }

  function takeHop(): void {
    const key = classify(window);
    if (sounding !== NONE) followSounding(key);
    followCandidate(key);
    window.copyWithin(0, hopFrames);
    newFrames = 0;
  }

  return {
    add16(samples, from, count) {
      const base = windowFrames - hopFrames;
      for (let i = from; i < from + count; i++) {
        window[base + newFrames] = (samples[i] as number) / 0x8000;
        newFrames += 1;
        endFrame += 1;
        if (newFrames === hopFrames) takeHop();
      }
    },
    reset,
  };
}

/** Says which key a window full of samples holds. */
function createWindowClassifier(
  rateHz: number,
  windowFrames: number,
): (window: Float64Array) => number {
  const frequenciesHz = [...DTMF_LOW_HZ, ...DTMF_HIGH_HZ];
  const coefficients = Float64Array.from(
    frequenciesHz,
    (hz) => 2 * Math.cos((2 * Math.PI * hz) / rateHz),
  );
  /** Power of each tone: the low group in places 0 to 3, the high group in 4 to 7. */
  const tonePowers = new Float64Array(coefficients.length);

  return (window) => {
    let energy = 0;
    for (let i = 0; i < windowFrames; i++) energy += (window[i] as number) ** 2;
    const power = energy / windowFrames;
    if (power < MIN_POWER) return NONE;

    for (let tone = 0; tone < tonePowers.length; tone++) {
      // 2 / n^2 makes it the mean square of a sine that fills the window.
      tonePowers[tone] = (2 / windowFrames ** 2) * goertzel(window, coefficients[tone] as number);
    }
    const low = strongest(tonePowers, 0);
    const high = strongest(tonePowers, 4);
    if (low === NONE || high === NONE) return NONE;
    const lowPower = tonePowers[low] as number;
    const highPower = tonePowers[high] as number;
    if (lowPower + highPower < MIN_PURITY * power) return NONE;
    if (lowPower > MAX_TWIST * highPower || highPower > MAX_TWIST * lowPower) return NONE;
    return low * 4 + (high - 4);
  };
}

/** The square of the magnitude of one frequency in a window. */
function goertzel(window: Float64Array, coefficient: number): number {
  let last = 0;
  let beforeLast = 0;
  for (let i = 0; i < window.length; i++) {
    const next = (window[i] as number) + coefficient * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  return last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
}

/** The tone that dominates the group of four from `first` on, if one does. */
function strongest(tonePowers: Float64Array, first: number): number {
  let best = first;
  for (let tone = first + 1; tone < first + 4; tone++) {
    if ((tonePowers[tone] as number) > (tonePowers[best] as number)) best = tone;
  }
  for (let tone = first; tone < first + 4; tone++) {
    const isRival = (tonePowers[tone] as number) * MIN_DOMINANCE > (tonePowers[best] as number);
    if (tone !== best && isRival) return NONE;
  }
  return best;
}
