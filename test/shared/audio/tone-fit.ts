// Measures of a recorded tone: the sine that fits best, and what is left beside it.

export interface ToneFit {
  /** Level of the fitted sine re an amplitude of 1. */
  levelDb: number;
  /** Power of the fitted sine over the power of everything else. */
  snrDb: number;
}

export function sine(frequencyHz: number, rateHz: number, frameCount: number): Float32Array {
  const step = (2 * Math.PI * frequencyHz) / rateHz;
  return new Float32Array(frameCount).map((_, i) => Math.sin(step * i));
}

export function fitTone(
  samples: Float32Array | Int16Array | number[],
  frequencyHz: number,
  rateHz: number,
): ToneFit {
  const step = (2 * Math.PI * frequencyHz) / rateHz;
  // Least squares for a cos + b sin.
  let cc = 0;
  let ss = 0;
  let cs = 0;
  let xc = 0;
  let xs = 0;
  samples.forEach((sample, i) => {
    const c = Math.cos(step * i);
    const s = Math.sin(step * i);
    cc += c * c;
    ss += s * s;
    cs += c * s;
    xc += sample * c;
    xs += sample * s;
  });
  const determinant = cc * ss - cs * cs;
  const a = (xc * ss - xs * cs) / determinant;
  const b = (xs * cc - xc * cs) / determinant;
  let tonePower = 0;
  let restPower = 0;
  samples.forEach((sample, i) => {
    const tone = a * Math.cos(step * i) + b * Math.sin(step * i);
    tonePower += tone * tone;
    restPower += (sample - tone) ** 2;
  });
  return {
    levelDb: 20 * Math.log10(Math.hypot(a, b)),
    snrDb: 10 * Math.log10(tonePower / restPower),
  };
}

/** Between pitches that are tried; a tone of 50 ms that lies between two is still fitted well. */
const BEND_STEP = 0.0025;

/** A tone whose pitch is bent, as where clocks do not know each other yet: the best fit, and by how much it is. */
export function fitBentTone(
  samples: Float32Array | Int16Array,
  frequencyHz: number,
  rateHz: number,
  largestBend: number,
): ToneFit & { bend: number } {
  let best = { levelDb: -Infinity, snrDb: -Infinity, bend: 0 };
  for (let bend = -largestBend; bend <= largestBend; bend += BEND_STEP) {
    const fit = fitTone(samples, frequencyHz * (1 + bend), rateHz);
    if (fit.snrDb > best.snrDb) best = { ...fit, bend };
  }
  return best;
}

export function rmsDb(samples: Float32Array | Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return 10 * Math.log10(sum / samples.length);
}
