// The ADPCM of Recommendation G.726, of which G.721 is the rate of 32 kbit/s and the G.723 of 1988
// that of 24: one channel between 14-bit linear samples and codes, in the exact integer arithmetic of
// the recommendation's section 4, whose block names stand beside what does their work.

/** What sets one rate apart. The tables are indexed by code, except the decision levels. */
export interface AdpcmRate {
  readonly bitsPerCode: number;
  /** Where each magnitude code but the first begins, in 1/128 of an octave. */
  readonly decisionLevels: Int32Array;
  /** The normalised difference that a code stands for, in 1/128 of an octave. */
  readonly logLevels: Int32Array;
  /** How a code moves the quantiser's scale factor: W(I), times 512. */
  readonly scaleSteps: Int32Array;
  /** How much a code speaks for a signal that changes fast: F(I), times 512. */
  readonly speedSteps: Int32Array;
}

export const rate32: AdpcmRate = {
  bitsPerCode: 4,
  decisionLevels: Int32Array.of(-124, 80, 178, 246, 300, 349, 400),
  logLevels: mirrored(-2048, 4, 135, 213, 273, 323, 373, 425),
  scaleSteps: mirrored(-384, 576, 1312, 2048, 3584, 6336, 11360, 35904),
  speedSteps: mirrored(0, 0, 0, 512, 512, 512, 1536, 3584),
};

export const rate24: AdpcmRate = {
  bitsPerCode: 3,
  decisionLevels: Int32Array.of(8, 218, 331),
  logLevels: mirrored(-2048, 135, 273, 373),
  scaleSteps: mirrored(-128, 960, 4384, 18624),
  speedSteps: mirrored(0, 512, 1024, 3584),
};

const zeroCount = 6;
const poleLimit = 12288;

/** One direction of one channel. Encoder and decoder run the same adaptation on the same codes. */
export class AdpcmChannel {
  readonly #rate: AdpcmRate;
  readonly #topCode: number;

  // Predictor: coefficients are 1.0 at 16384; past differences and past outputs are kept as short floats.
  readonly #zeros = new Int16Array(zeroCount);
  readonly #pastDifferences = new Int16Array(zeroCount);
  #pole1 = 0;
  #pole2 = 0;
  #pastOutput1 = 0;
  #pastOutput2 = 0;
  #wasPartNegative1 = false;
  #wasPartNegative2 = false;
  #isTone = false;

  // Quantiser: the scale factors are octaves, 1.0 at 512 (fast) and at 32768 (locked).
  #fastScale = 0;
  #lockedScale = 0;
  #shortTermSpeed = 0;
  #longTermSpeed = 0;
  #speed = 0;

  // Between prediction and adaptation of one sample.
  #zeroEstimate = 0;
  #estimate = 0;
  #scale = 0;

  constructor(rate: AdpcmRate) {
    this.#rate = rate;
    this.#topCode = (1 << rate.bitsPerCode) - 1;
    this.reset();
  }

  reset(): void {
    this.#zeros.fill(0);
    this.#pastDifferences.fill(floatOfZero);
    this.#pole1 = 0;
    this.#pole2 = 0;
    this.#pastOutput1 = floatOfZero;
    this.#pastOutput2 = floatOfZero;
    this.#wasPartNegative1 = false;
    this.#wasPartNegative2 = false;
    this.#isTone = false;
    this.#fastScale = 544;
    this.#lockedScale = 34816;
    this.#shortTermSpeed = 0;
    this.#longTermSpeed = 0;
    this.#speed = 0;
  }

  /** Takes a sample of 14 bits, -8192 to 8191; gives its code. */
  encode(sample14: number): number {
    this.#predict();
    const code = this.#quantise(sample14 - this.#estimate);
    this.#reconstruct(code);
    return code;
  }

  /** Takes a code; gives a sample of nominally 14 bits, which can leave them on strong signals. */
  decode(code: number): number {
    this.#predict();
    return this.#reconstruct(code);
  }

  /** FMULT, ACCUM, LIMA, MIX: what the past says about this sample, and how wide its steps are. */
  #predict(): void {
    let zeroSum = 0;
    for (let i = 0; i < zeroCount; i++) {
      zeroSum += floatProduct((this.#zeros[i] as number) >> 2, this.#pastDifferences[i] as number);
    }
    const poleSum =
      floatProduct(this.#pole1 >> 2, this.#pastOutput1) +
      floatProduct(this.#pole2 >> 2, this.#pastOutput2);
    this.#zeroEstimate = toInt16(zeroSum) >> 1;
    this.#estimate = toInt16(zeroSum + poleSum) >> 1;
    this.#scale = this.#mixedScale();
  }

  #mixedScale(): number {
    if (this.#speed >= 256) return this.#fastScale;
    const locked = this.#lockedScale >> 6;
    const lead = (this.#fastScale - locked) * (this.#speed >> 2);
    // Rounded towards zero, on either side.
    return locked + ((lead < 0 ? lead + 63 : lead) >> 6);
  }

  /** LOG, SUBTB, QUAN. No difference at all has the code of all ones: G.721 never sends zeros. */
  #quantise(difference: number): number {
    const magnitude = Math.abs(difference);
    const exponent = bitLength(magnitude >> 1);
    const logMagnitude = (exponent << 7) + (((magnitude << 7) >> exponent) & 127);
    const normalised = logMagnitude - (this.#scale >> 2);
    const levels = this.#rate.decisionLevels;
    let code = 0;
    while (code < levels.length && normalised >= (levels[code] as number)) code++;
    return difference < 0 || code === 0 ? this.#topCode - code : code;
  }

  /** ADDA, ANTILOG, ADDB, ADDC, then everything that adapts. */
  #reconstruct(code: number): number {
    const isNegative = code > this.#topCode >> 1;
    const logMagnitude = (this.#rate.logLevels[code] as number) + (this.#scale >> 2);
    const magnitude =
      logMagnitude < 0 ? 0 : ((128 + (logMagnitude & 127)) << 7) >> (14 - (logMagnitude >> 7));
    const difference = isNegative ? -magnitude | 0 : magnitude;
    const output = toInt16(this.#estimate + difference);
    const part = toInt16(this.#zeroEstimate + difference);

    const isTransition = this.#findsTransition(magnitude);
    this.#adaptScale(code);
    if (isTransition) this.#forgetPredictor();
    else this.#adaptPredictor(part, magnitude, isNegative);
    this.#remember(output, part, magnitude, isNegative);
    this.#isTone = !isTransition && this.#pole2 < -11776;
    this.#adaptSpeed(code, isTransition);
    return output;
  }

  /** TRANS: a partial-band signal (a modem's tone) that jumps. */
  #findsTransition(magnitude: number): boolean {
    if (!this.#isTone) return false;
    const octave = this.#lockedScale >> 15;
    const fraction = (this.#lockedScale >> 10) & 31;
    const threshold = octave > 9 ? 31 << 10 : (32 + fraction) << octave;
    return magnitude > (threshold + (threshold >> 1)) >> 1;
  }

  /** FUNCTW, FILTD, LIMB, FILTE. */
  #adaptScale(code: number): void {
    const step = ((this.#rate.scaleSteps[code] as number) - this.#scale) >> 5;
    this.#fastScale = Math.min(5120, Math.max(544, this.#scale + step));
    this.#lockedScale += this.#fastScale + (-this.#lockedScale >> 6);
  }

  /** TRIGB. */
  #forgetPredictor(): void {
    this.#zeros.fill(0);
    this.#pole1 = 0;
    this.#pole2 = 0;
  }

  /** UPA2, LIMC, UPA1, LIMD, XOR, UPB. `part` is the signal without what the poles say. */
  #adaptPredictor(part: number, magnitude: number, isNegative: boolean): void {
    const isPartNegative = part < 0;
    const hasTurned = isPartNegative !== this.#wasPartNegative1;
    const isOpposed = isPartNegative !== this.#wasPartNegative2;
    let pole2 = this.#pole2 - (this.#pole2 >> 7);
    if (part !== 0) {
      pole2 += pole2Pull(hasTurned ? this.#pole1 : -this.#pole1 | 0);
      pole2 = clamp(pole2 + (isOpposed ? -128 : 128), poleLimit);
    }
    const pole1Step = part === 0 ? 0 : hasTurned ? -192 : 192;
    const pole1 = this.#pole1 - (this.#pole1 >> 8) + pole1Step;
    this.#pole2 = pole2;
    this.#pole1 = clamp(pole1, 15360 - pole2);

    for (let i = 0; i < zeroCount; i++) {
      const zero = this.#zeros[i] as number;
      const agrees = isNegative === (this.#pastDifferences[i] as number) < 0;
      const step = magnitude === 0 ? 0 : agrees ? 128 : -128;
      this.#zeros[i] = zero - (zero >> 8) + step;
    }
  }

  /** FLOATA, FLOATB and the delays. */
  #remember(output: number, part: number, magnitude: number, isNegative: boolean): void {
    const past = this.#pastDifferences;
    for (let i = zeroCount - 1; i > 0; i--) past[i] = past[i - 1] as number;
    past[0] = toFloat(magnitude, isNegative);
    this.#pastOutput2 = this.#pastOutput1;
    this.#pastOutput1 = toFloat(Math.abs(output), output < 0);
    this.#wasPartNegative2 = this.#wasPartNegative1;
    this.#wasPartNegative1 = part < 0;
  }

  /** FUNCTF, FILTA, FILTB, SUBTC, FILTC, TRIGA. Towards 512 the fast scale counts, towards 0 the locked. */
  #adaptSpeed(code: number, isTransition: boolean): void {
    const step = this.#rate.speedSteps[code] as number;
    this.#shortTermSpeed += (step - this.#shortTermSpeed) >> 5;
    this.#longTermSpeed += ((step << 2) - this.#longTermSpeed) >> 7;
    if (isTransition) {
      this.#speed = 256;
      return;
    }
    const disagreement = Math.abs((this.#shortTermSpeed << 2) - this.#longTermSpeed);
    const isFast = this.#scale < 1536 || this.#isTone || disagreement >= this.#longTermSpeed >> 3;
    this.#speed += ((isFast ? 512 : 0) - this.#speed) >> 4;
  }
}

function pole2Pull(signedPole1: number): number {
  if (signedPole1 < -8191) return -256;
  if (signedPole1 > 8191) return 255;
  return signedPole1 >> 5;
}

// Short floats of 11 bits: sign (as a subtracted 1024), 4 bits of exponent, 6 of mantissa.
const floatOfZero = 32;

function toFloat(magnitude: number, isNegative: boolean): number {
  const exponent = bitLength(magnitude);
  const float = magnitude === 0 ? floatOfZero : (exponent << 6) + ((magnitude << 6) >> exponent);
  return isNegative ? float - 1024 : float;
}

/** FMULT: a coefficient of 14 bits times a short float, with the recommendation's rounding. */
function floatProduct(coefficient: number, float: number): number {
  const magnitude = coefficient > 0 ? coefficient : -coefficient & 8191;
  const exponent = bitLength(magnitude);
  const mantissa = magnitude === 0 ? 32 : (magnitude << 6) >> exponent;
  const product = (mantissa * (float & 63) + 48) >> 4;
  const shift = exponent + ((float >> 6) & 15) - 19;
  const result = shift >= 0 ? (product << shift) & 32767 : product >> -shift;
  // `| 0` for the negative zero, which V8 would make an object of.
  return (coefficient ^ float) < 0 ? -result | 0 : result;
}

function bitLength(magnitude: number): number {
  return 32 - Math.clz32(magnitude);
}

function toInt16(value: number): number {
  return (value << 16) >> 16;
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}

/** Codes of negative differences count down from the top, so that their half of a table is reversed. */
function mirrored(...ofPositiveCodes: number[]): Int32Array {
  return Int32Array.of(...ofPositiveCodes, ...[...ofPositiveCodes].reverse());
}
