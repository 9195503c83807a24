// One sub-band of G.722: its adaptive predictor and its quantiser's scale factor, which encoder and
// decoder run alike. The block names are those of the recommendation's section 6.2. What may be 0 is taken from 0
// to change its sign: -0 is no small integer, and costs the engine an object.
import { octave } from './g722-tables.ts';

/** What sets the lower band's scale factor apart from the upper one's. */
export interface BandScaling {
  readonly initialScale: number;
  /** Of the logarithmic scale factor, 2048 to the octave. */
  readonly maximumLog: number;
  /** Octaves by which the table's values exceed the scale factor at logarithm 0. */
  readonly octaveShift: number;
  readonly steps: Int16Array;
}

const zeroCount = 6;

export class Band {
  readonly #scaling: BandScaling;
  readonly #zeros = new Int16Array(zeroCount);
  readonly #pastDifferences = new Int16Array(zeroCount);
  #pole1 = 0;
  #pole2 = 0;
  #pastOutput = 0;
  #pastPart1 = 0;
  #pastPart2 = 0;
  #zeroEstimate = 0;
  #logScale = 0;

  /** What the past says the next sample is. */
  estimate = 0;
  /** What the quantiser's levels are multiplied by. */
  scale = 0;

  constructor(scaling: BandScaling) {
    this.#scaling = scaling;
    this.reset();
  }

  reset(): void {
    this.#zeros.fill(0);
    this.#pastDifferences.fill(0);
    this.#pole1 = 0;
    this.#pole2 = 0;
    this.#pastOutput = 0;
    this.#pastPart1 = 0;
    this.#pastPart2 = 0;
    this.#zeroEstimate = 0;
    this.#logScale = 0;
    this.estimate = 0;
    this.scale = this.#scaling.initialScale;
  }

  /** Takes the code that was sent, as the scale steps index it, and the difference that it stands for. */
  adapt(code: number, difference: number): void {
    this.#adaptScale(code);
    const output = clip16(this.estimate + difference);
    const part = clip16(this.#zeroEstimate + difference);
    this.#adaptPoles(part);
    this.#zeroEstimate = this.#adaptZeros(difference);
    const poleEstimate = clip16(
      ((this.#pole1 * clip16(output * 2)) >> 15) +
        ((this.#pole2 * clip16(this.#pastOutput * 2)) >> 15),
    );
    this.#pastOutput = output;
    this.estimate = clip16(poleEstimate + this.#zeroEstimate);
  }

  /** LOGSCL or LOGSCH, SCALEL or SCALEH. */
  #adaptScale(code: number): void {
    const { steps, maximumLog, octaveShift } = this.#scaling;
    const log = ((this.#logScale * 127) >> 7) + (steps[code] as number);
    this.#logScale = Math.min(maximumLog, Math.max(0, log));
    const mantissa = octave[(this.#logScale >> 6) & 31] as number;
    const shift = octaveShift - (this.#logScale >> 11);
    this.scale = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
  }

  /** UPPOL2, UPPOL1. `part` is the signal without what the poles say. */
  #adaptPoles(part: number): void {
    const agrees1 = part < 0 === this.#pastPart1 < 0;
    const agrees2 = part < 0 === this.#pastPart2 < 0;
    const pole1Pull = clip16(this.#pole1 * 4);
    const pull = Math.min(32767, agrees1 ? 0 - pole1Pull : pole1Pull) >> 7;
    const leaked = (this.#pole2 * 32512) >> 15;
    this.#pole2 = clamp(pull + (agrees2 ? 128 : -128) + leaked, 12288);
    const pole1 = ((this.#pole1 * 32640) >> 15) + (agrees1 ? 192 : -192);
    this.#pole1 = clamp(pole1, 15360 - this.#pole2);
    this.#pastPart2 = this.#pastPart1;
    this.#pastPart1 = part;
  }

  /** UPZERO, the delays and FILTEZ: gives what the zeros say of the next sample. */
  #adaptZeros(difference: number): number {
    const zeros = this.#zeros;
    const past = this.#pastDifferences;
    const step = difference === 0 ? 0 : 128;
    let estimate = 0;
    for (let i = zeroCount - 1; i >= 0; i--) {
      const agrees = (past[i] as number) < 0 === difference < 0;
      const zero = clip16((((zeros[i] as number) * 32640) >> 15) + (agrees ? step : 0 - step));
      const shifted = i === 0 ? difference : (past[i - 1] as number);
      zeros[i] = zero;
      past[i] = shifted;
      estimate = clip16(estimate + ((zero * clip16(shifted * 2)) >> 15));
    }
    return estimate;
  }
}

export function clip16(value: number): number {
  return Math.min(32767, Math.max(-32768, value));
}

/** LIMIT: what a band carries has 15 bits. */
export function clip15(value: number): number {
  return Math.min(16383, Math.max(-16384, value));
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}
