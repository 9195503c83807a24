// Resampler for streams: any ratio of rates, adjustable while it runs so that it can also follow the
// drift between two clocks. Output frame n is the sound at input frame n / ratio exactly; it comes out
// as soon as the frames that surround that point have gone in.
//
// Samples are interleaved, because the wire, the server's buffers and the ring buffers of pages all
// are, and because the coefficients of a frame are then computed once for all of its channels.
import { round16 } from './sample16.ts';
import { type SincKernel, sincKernel, type TapCount } from './sinc-table.ts';

export interface ResamplerOptions {
  readonly channelCount: number;
  /** Output frames per input frame: output rate / input rate. */
  readonly ratio: number;
  readonly taps?: TapCount;
  /** The most that one call of `process` is given. */
  readonly maxInputFrames: number;
}

export interface Resampler {
  /**
   * Takes in all of `inputFrames` and writes what can be computed, at most `limitFrames`; returns the
   * frames written. What a limit holds back comes out of the next calls. The output does not depend
   * on how the input is cut into blocks. Allocates nothing.
   */
  process(
    input: Float32Array,
    inputFrames: number,
    output: Float32Array,
    limitFrames?: number,
  ): number;
  /** The same for 16-bit samples: rounded to nearest, and clipped where the kernel overshoots. */
  process16(
    input: Int16Array,
    inputFrames: number,
    output: Int16Array,
    limitFrames?: number,
  ): number;
  /** How many frames `process` will write, without limit, when it is given `inputFrames`. */
  outputFramesFor(inputFrames: number): number;
  /** The least input after which `process` can write `outputFrames`: what a puller fetches. */
  inputFramesFor(outputFrames: number): number;
  /**
   * Bound of `outputFramesFor` at every ratio that `setRatio` accepts, while no limit holds anything
   * back: for sizing buffers.
   */
  maxOutputFrames(inputFrames: number): number;
  /**
   * Changes the ratio from the next output frame on, without a jump in the sound. The kernel stays the
   * one made for the first ratio, so the new one lies within MAX_RATIO_CHANGE of that.
   */
  setRatio(ratio: number): void;
  /** Input frames beyond its own place that an output frame waits for. */
  readonly latencyFrames: number;
  /** Forgets all input: the next frame is the first of a stream. The ratio stays. */
  reset(): void;
}

/** Clock drift and buffer regulation need 2 %; further off, the kernel's cutoff would not fit. */
export const MAX_RATIO_CHANGE = 0.1;

/** 8 kHz to 192 kHz is 24. Bounds the size of kernels, which grow with 1 / ratio. */
const MAX_RATIO = 64;
const MIN_RATIO = 1 / MAX_RATIO;

/** Places between two input frames are counted in 2^-32, so that all counts are exact. */
const UNITS = 2 ** 32;

/** Output on its way to 16 bits, of whichever resampler runs: none keeps it from call to call. */
let staging = new Float32Array(0);

function growStaging(sampleCount: number): void {
  if (staging.length < sampleCount) staging = new Float32Array(sampleCount);
}

export function createResampler(options: ResamplerOptions): Resampler {
  const { channelCount, maxInputFrames } = options;
  const designRatio = checkedRatio(options.ratio);
  const kernel = sincKernel(designRatio, options.taps ?? 16);
  const { taps, phases } = kernel;
  const phasesPerUnit = phases / UNITS;
  const latencyFrames = taps / 2;

  const maxStepFrames = Math.ceil(1 / (designRatio * (1 - MAX_RATIO_CHANGE)));
  const capacityFrames = taps + maxStepFrames + maxInputFrames;
  const history = new Float64Array(capacityFrames * channelCount);
  growStaging(maxOutputFrames(maxInputFrames + maxStepFrames) * channelCount);

  let stepUnits = Math.round(UNITS / designRatio);
  /** Frames in `history`. */
  let heldFrames = 0;
  /** First tap of the next output frame, as a frame of `history`. */
  let windowFrame = 0;
  /** Its one number is the place after that frame; a variable would make an object of each such value. */
  const windowUnits = new Float64Array(1);
  reset();

  function reset(): void {
    // The first frame is the middle of the first window, with silence before it.
    heldFrames = latencyFrames - 1;
    windowFrame = 0;
    windowUnits[0] = 0;
    history.fill(0, 0, heldFrames * channelCount);
  }

  function outputFramesFor(inputFrames: number): number {
    const lastWindowFrame = heldFrames + inputFrames - taps;
    if (lastWindowFrame < windowFrame) return 0;
    const units = (lastWindowFrame - windowFrame + 1) * UNITS - (windowUnits[0] as number);
    return Math.ceil(units / stepUnits);
  }

  function inputFramesFor(outputFrames: number): number {
    if (outputFrames === 0) return 0;
    const advanceFrames = Math.floor(
      ((windowUnits[0] as number) + (outputFrames - 1) * stepUnits) / UNITS,
    );
    return Math.max(0, windowFrame + advanceFrames + taps - heldFrames);
  }

  function maxOutputFrames(inputFrames: number): number {
    return Math.ceil((inputFrames + 1) * designRatio * (1 + MAX_RATIO_CHANGE)) + 1;
  }

  /** Drops what no window needs any more and appends the input. */
  function take(input: Float32Array | Int16Array, inputFrames: number): void {
    history.copyWithin(0, windowFrame * channelCount, heldFrames * channelCount);
    heldFrames -= windowFrame;
    windowFrame = 0;
    if (heldFrames + inputFrames > capacityFrames) {
      throw new RangeError(
        `The resampler was given ${inputFrames} frames where ${capacityFrames - heldFrames} fit: take its output first or make it with a larger maxInputFrames.`,
      );
    }
    const at = heldFrames * channelCount;
    for (let i = 0; i < inputFrames * channelCount; i++) history[at + i] = input[i] as number;
    heldFrames += inputFrames;
  }

  function write(output: Float32Array, limitFrames: number): number {
    const wholeStep = Math.floor(stepUnits / UNITS);
    const unitStep = stepUnits - wholeStep * UNITS;
    const lastWindowFrame = heldFrames - taps;
    let frame = windowFrame;
    let units = windowUnits[0] as number;
    let written = 0;
    for (; written < limitFrames && frame <= lastWindowFrame; written++) {
      const place = units * phasesPerUnit;
      const phase = Math.floor(place);
      const at = written * channelCount;
      if (channelCount === 2) {
        writeStereoFrame(kernel, phase, place - phase, history, frame * 2, output, at);
      } else {
        for (let channel = 0; channel < channelCount; channel++) {
          const first = frame * channelCount + channel;
          output[at + channel] = filtered(
            kernel,
            phase,
            place - phase,
            history,
            first,
            channelCount,
          );
        }
      }
      frame += wholeStep;
      units += unitStep;
      if (units >= UNITS) {
        units -= UNITS;
        frame += 1;
      }
    }
    windowFrame = frame;
    windowUnits[0] = units;
    return written;
  }

  return {
    process(input, inputFrames, output, limitFrames = Number.POSITIVE_INFINITY) {
      take(input, inputFrames);
      return write(output, limitFrames);
    },
    process16(input, inputFrames, output, limitFrames = Number.POSITIVE_INFINITY) {
      take(input, inputFrames);
      const written = write(staging, limitFrames);
      for (let i = 0; i < written * channelCount; i++) output[i] = round16(staging[i] as number);
      return written;
    },
    outputFramesFor,
    inputFramesFor,
    maxOutputFrames,
    setRatio(ratio) {
      const lowest = designRatio * (1 - MAX_RATIO_CHANGE);
      const highest = designRatio * (1 + MAX_RATIO_CHANGE);
      if (!(ratio >= lowest && ratio <= highest)) {
        throw new RangeError(
          `A resampler made for a ratio of ${designRatio} cannot run at ${ratio}: make another one.`,
        );
      }
      stepUnits = Math.round(UNITS / ratio);
    },
    latencyFrames,
    reset,
  };
}

function checkedRatio(ratio: number): number {
  if (ratio >= MIN_RATIO && ratio <= MAX_RATIO) return ratio;
  throw new RangeError(
    `A resampling ratio of ${ratio} lies outside 1/${MAX_RATIO} to ${MAX_RATIO}.`,
  );
}

/** One channel of one output frame; `first` is its first sample in `history`, `stride` the channels. */
function filtered(
  kernel: SincKernel,
  phase: number,
  blend: number,
  history: Float64Array,
  first: number,
  stride: number,
): number {
  const { taps, values, slopes } = kernel;
  const end = (phase + 1) * taps;
  let at = first;
  // Two sums, since each addition waits for the one before it; `taps` is even.
  let evenSum = 0;
  let oddSum = 0;
  for (let i = phase * taps; i < end; i += 2) {
    evenSum += ((values[i] as number) + blend * (slopes[i] as number)) * (history[at] as number);
    oddSum +=
      ((values[i + 1] as number) + blend * (slopes[i + 1] as number)) *
      (history[at + stride] as number);
    at += 2 * stride;
  }
  return evenSum + oddSum;
}

/** Both channels of one output frame, with one computation of the coefficients. */
function writeStereoFrame(
  kernel: SincKernel,
  phase: number,
  blend: number,
  history: Float64Array,
  first: number,
  output: Float32Array,
  to: number,
): void {
  const { taps, values, slopes } = kernel;
  const end = (phase + 1) * taps;
  let at = first;
  let left = 0;
  let right = 0;
  for (let i = phase * taps; i < end; i++) {
    const coefficient = (values[i] as number) + blend * (slopes[i] as number);
    left += coefficient * (history[at] as number);
    right += coefficient * (history[at + 1] as number);
    at += 2;
  }
  output[to] = left;
  output[to + 1] = right;
}
