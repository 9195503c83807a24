// Kernels of the resampler: a sinc under a Kaiser window, tabulated at so many phases between two
// input frames that a straight line from one to the next is as good as the exact value.

export interface SincKernel {
  /** Input frames that one output frame is made of; even. */
  readonly taps: number;
  readonly phases: number;
  /** Coefficient `tap` at phase `phase / phases` of a frame: values[phase * taps + tap]. */
  readonly values: Float64Array;
  /** What is added to `values` over one whole phase. */
  readonly slopes: Float64Array;
}

interface Design {
  /** Length in zero crossings of a sinc at the Nyquist frequency, or: taps before stretching. */
  readonly lengthCrossings: number;
  /** -6 dB point as a part of the lower of the two rates. */
  readonly cutoff: number;
  readonly kaiserBeta: number;
}

export type TapCount = 16 | 32;

// Found by measuring. A tone at f leaves an image at (rate - f), so the stop band must be reached
// there: 15 kHz at 44.1 kHz has its image at 0.66 of the rate. Longer than needed for that, a wide
// window with the cutoff a little below Nyquist gives:
//   16 taps: 90 dB or better up to 15 kHz, which loses 0.15 dB; 20 kHz at 48 kHz loses 2 dB
//   32 taps: 93 dB or better up to 15 kHz at no loss; 80 dB already from 0.57 of the rate, which is
//            what bringing 8 kHz sound up to 48 kHz wants (images of all up to 3.4 kHz are gone)
const SAME_BAND: Record<TapCount, Design> = {
  16: { lengthCrossings: 16, cutoff: 0.46, kaiserBeta: 9 },
  32: { lengthCrossings: 32, cutoff: 0.48, kaiserBeta: 9 },
};

// Going down for real, what lies above the new Nyquist frequency is sound and must not fold back.
// This one rejects all of it by more than 82 dB and passes 0.425 of the new rate within 0.1 dB (0.447
// at -3 dB): down to 8 kHz that is flat to 3.4 kHz, with nothing from 4 kHz on.
const NARROWED_BAND: Design = { lengthCrossings: 64, cutoff: 0.457, kaiserBeta: 8.2 };

/**
 * Below this ratio the band counts as narrowed. Above it (48 to 44.1 kHz is 0.92) only the edge of
 * hearing can fold, onto itself, and the short kernel, stretched, is kept.
 */
const NARROWED_BELOW_RATIO = 0.8;

/** Per zero crossing; interpolated between phases this is 100 dB. */
const PHASES = 256;

/** So many kernels are kept, those asked for last: most resamplers of a process have one of few ratios. */
const KEPT_KERNELS = 16;
const kept = new Map<string, SincKernel>();

/** The kernel for `ratio` output frames per input frame; all who ask for the same share it. */
export function sincKernel(ratio: number, taps: TapCount): SincKernel {
  const key = `${ratio} ${taps}`;
  const kernel = kept.get(key) ?? designSincKernel(ratio, taps);
  // A map keeps the order of insertion: the one asked for longest ago is its first.
  kept.delete(key);
  kept.set(key, kernel);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_KERNELS && oldest !== undefined) kept.delete(oldest);
  return kernel;
}

function designSincKernel(ratio: number, taps: TapCount): SincKernel {
  const design = ratio < NARROWED_BELOW_RATIO ? NARROWED_BAND : SAME_BAND[taps];
  // Going down, the kernel is stretched to the output's frames; it is then that much smoother
  // between input frames and needs fewer phases.
  const stretch = Math.max(1, 1 / ratio);
  return tabulate({
    taps: 2 * Math.ceil((design.lengthCrossings * stretch) / 2),
    phases: Math.ceil(PHASES / stretch),
    cutoff: design.cutoff / stretch,
    kaiserBeta: design.kaiserBeta,
  });
}

interface TableShape {
  readonly taps: number;
  readonly phases: number;
  readonly cutoff: number;
  readonly kaiserBeta: number;
}

function tabulate({ taps, phases, cutoff, kaiserBeta }: TableShape): SincKernel {
  const values = new Float64Array(taps * phases);
  const slopes = new Float64Array(taps * phases);
  let row = coefficients(0, taps, cutoff, kaiserBeta);
  for (let phase = 0; phase < phases; phase++) {
    const nextRow = coefficients((phase + 1) / phases, taps, cutoff, kaiserBeta);
    values.set(row, phase * taps);
    slopes.set(
      row.map((value, tap) => (nextRow[tap] as number) - value),
      phase * taps,
    );
    row = nextRow;
  }
  return { taps, phases, values, slopes };
}

/**
 * The taps for a point that lies `fraction` of a frame after tap number taps / 2 - 1. They add up to
 * exactly 1 at each phase: otherwise a steady level would come out modulated.
 */
function coefficients(
  fraction: number,
  taps: number,
  cutoff: number,
  kaiserBeta: number,
): Float64Array {
  const half = taps / 2;
  const row = new Float64Array(taps).map((_, tap) => {
    const distance = tap - (half - 1) - fraction;
    return sinc(2 * cutoff * distance) * kaiser(distance / half, kaiserBeta);
  });
  const sum = row.reduce((total, value) => total + value, 0);
  return row.map((value) => value / sum);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** `place` runs from -1 to 1 over the window; not divided by its middle, since `coefficients` scales. */
function kaiser(place: number, beta: number): number {
  return Math.abs(place) >= 1 ? 0 : besselI0(beta * Math.sqrt(1 - place * place));
}

/** Modified Bessel function of order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
