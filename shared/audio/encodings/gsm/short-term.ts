// The short-term lattice filters of GSM 06.10, sections 5.2.8 to 5.2.10 and 5.3.4: analysis takes the
// spectral envelope away, synthesis puts it back. Their coefficients move over within a frame from
// those of the frame before.
import { add, magnitude, multiplyRounded, subtract } from './arithmetic.ts';
import {
  ratioInverse,
  ratioMinimum,
  ratioOffset,
  reflectionCount,
  samplesPerFrame,
} from './tables.ts';

/** Where each of a frame's four pieces ends; from the last on, the frame's own coefficients hold. */
const pieceEnds = Int32Array.of(13, 27, 40, samplesPerFrame);

/** The reflection coefficients of the frame at hand, piece by piece. */
class Envelope {
  readonly #ratios = new Int16Array(reflectionCount);
  readonly #pastRatios = new Int16Array(reflectionCount);
  readonly reflections = new Int16Array(reflectionCount);

  reset(): void {
    this.#ratios.fill(0);
    this.#pastRatios.fill(0);
  }

  /** Takes the eight codes at the start of `parameters`. */
  advance(parameters: Uint8Array): void {
    for (let i = 0; i < reflectionCount; i++) {
      this.#pastRatios[i] = this.#ratios[i] as number;
      this.#ratios[i] = decodeRatio(parameters[i] as number, i);
    }
  }

  enterPiece(piece: number): void {
    for (let i = 0; i < reflectionCount; i++) {
      const ratio = interpolate(piece, this.#pastRatios[i] as number, this.#ratios[i] as number);
      this.reflections[i] = reflectionOf(ratio);
    }
  }
}

/** Takes samples; leaves what the envelope does not say about them. */
export class ShortTermAnalysis {
  readonly #envelope = new Envelope();
  readonly #memory = new Int16Array(reflectionCount);

  reset(): void {
    this.#envelope.reset();
    this.#memory.fill(0);
  }

  /** Filters a frame in place. */
  process(parameters: Uint8Array, samples: Int16Array): void {
    this.#envelope.advance(parameters);
    let i = 0;
    for (let piece = 0; piece < pieceEnds.length; piece++) {
      this.#envelope.enterPiece(piece);
      for (const end = pieceEnds[piece] as number; i < end; i++) {
        samples[i] = this.#filter(samples[i] as number);
      }
    }
  }

  #filter(sample: number): number {
    const reflections = this.#envelope.reflections;
    const memory = this.#memory;
    let forward = sample;
    let backward = sample;
    for (let i = 0; i < reflectionCount; i++) {
      const reflection = reflections[i] as number;
      const delayed = memory[i] as number;
      memory[i] = backward;
      backward = add(delayed, multiplyRounded(reflection, forward));
      forward = add(forward, multiplyRounded(reflection, delayed));
    }
    return forward;
  }
}

/** Takes what analysis left; gives the samples back. */
export class ShortTermSynthesis {
  readonly #envelope = new Envelope();
  readonly #memory = new Int16Array(reflectionCount + 1);

  reset(): void {
    this.#envelope.reset();
    this.#memory.fill(0);
  }

  /** Filters a frame in place. */
  process(parameters: Uint8Array, samples: Int16Array): void {
    this.#envelope.advance(parameters);
    let i = 0;
    for (let piece = 0; piece < pieceEnds.length; piece++) {
      this.#envelope.enterPiece(piece);
      for (const end = pieceEnds[piece] as number; i < end; i++) {
        samples[i] = this.#filter(samples[i] as number);
      }
    }
  }

  #filter(residual: number): number {
    const reflections = this.#envelope.reflections;
    const memory = this.#memory;
    let sample = residual;
    for (let i = reflectionCount - 1; i >= 0; i--) {
      const reflection = reflections[i] as number;
      const delayed = memory[i] as number;
      sample = subtract(sample, multiplyRounded(reflection, delayed));
      memory[i + 1] = add(delayed, multiplyRounded(reflection, sample));
    }
    memory[0] = sample;
    return sample;
  }
}

/** Section 5.2.8. */
function decodeRatio(code: number, index: number): number {
  const scaled = (code + (ratioMinimum[index] as number)) << 10;
  const shifted = subtract(scaled, (ratioOffset[index] as number) << 1);
  const ratio = multiplyRounded(ratioInverse[index] as number, shifted);
  return add(ratio, ratio);
}

/** Section 5.2.9.1: a quarter, a half, three quarters, all of the way. */
function interpolate(piece: number, past: number, present: number): number {
  if (piece === 0) return add(add(past >> 2, present >> 2), past >> 1);
  if (piece === 1) return add(past >> 1, present >> 1);
  if (piece === 2) return add(add(past >> 2, present >> 2), present >> 1);
  return present;
}

/** Section 5.2.9.2: the logarithm of lpc.ts, undone. */
function reflectionOf(ratio: number): number {
  const size = magnitude(ratio);
  const reflection = size < 11059 ? size << 1 : size < 20070 ? size + 11059 : add(size >> 2, 26112);
  return ratio < 0 ? -reflection : reflection;
}
