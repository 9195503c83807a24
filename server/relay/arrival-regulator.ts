// How far ahead of the device's time a microphone's sound is written, and how its rate is corrected to keep it
// there. Pure arithmetic on arrivals; it knows neither samples nor clocks.

/** Before anything is known of a page, and the bounds of what is learned. */
const START_TARGET_MS = 60;
/** A browser's audio clock may step by three blocks of 10 ms, besides the one by which blocks come late. */
const MIN_TARGET_MS = 50;
const MAX_TARGET_MS = 300;
/** Beyond the lateness that nearly all messages keep to: sound that has less left than 9 ms is faded. */
const MARGIN_MS = 20;
const LATENESS_QUANTILE = 0.98;
/** Beyond that quantile, a message that tore the sound by coming too late is not to do so again; up to this. */
const LEARNED_MS = 100;
/** The last seconds: how many arrivals count, and after how many new ones they are looked at again. */
const ARRIVALS = 256;
const REVIEW_EVERY = 16;

/**
 * A target that may shrink does so slowly, since what shrinks it is a change of pitch: 0.02 % where little is
 * to be gained, and 0.3 % where much is.
 */
const SHRINK_MS_PER_SECOND = 0.2;
const SHRINK_PER_SQUARE_MS = 1 / 20_000;

/** The share of an error that is corrected in a second. */
const GAIN_PER_SECOND = 0.2;
/** The most that the rate is changed: no listener hears it, or the error is so large that it matters more. */
const MAX_CORRECTION = 0.005;
const MAX_RECOVERY = 0.02;
const RECOVERY_MS = 50;

export class ArrivalRegulator {
  /** How far ahead the first sample of a message that comes as fast as any is to be written. */
  targetMs = START_TARGET_MS;
  /** To be added to 1 and multiplied with the ratio of the rates. */
  correction = 0;
  /** How much further ahead than the target. */
  errorMs = 0;
  readonly #delaysMs = new Float64Array(ARRIVALS);
  readonly #sorted = new Float64Array(ARRIVALS);
  #arrivalCount = 0;
  #fastestMs = Number.POSITIVE_INFINITY;
  #reviewedMs = 0;

  /** Forgets how long messages took: from now on it may be different. */
  restart(): void {
    this.#arrivalCount = 0;
    this.#fastestMs = Number.POSITIVE_INFINITY;
    this.correction = 0;
    this.errorMs = 0;
  }

  /**
   * A message arrived. `arrivedMs` is on the device's clock, `spokenMs` on the microphone's; `headroomMs` is
   * from the device's now to where its first sample would be written.
   */
  arrived(arrivedMs: number, spokenMs: number, headroomMs: number): void {
    const delayMs = arrivedMs - spokenMs;
    this.#delaysMs[this.#arrivalCount % ARRIVALS] = delayMs;
    this.#arrivalCount += 1;
    this.#fastestMs = Math.min(this.#fastestMs, delayMs);
    if (this.#arrivalCount % REVIEW_EVERY === 0) this.#review(arrivedMs);
    // Had it come as fast as the fastest did, it would have had this much more.
    const latenessMs = delayMs - this.#fastestMs;
    if (headroomMs < 0) {
      const learnedMs = Math.min(latenessMs, LEARNED_MS) + MARGIN_MS;
      this.targetMs = Math.max(this.targetMs, learnedMs);
    }
    this.errorMs = headroomMs + latenessMs - this.targetMs;
    const wanted = (-GAIN_PER_SECOND * this.errorMs) / 1_000;
    const most = Math.abs(this.errorMs) > RECOVERY_MS ? MAX_RECOVERY : MAX_CORRECTION;
    this.correction = Math.max(-most, Math.min(most, wanted));
  }

  #review(nowMs: number): void {
    const count = Math.min(this.#arrivalCount, ARRIVALS);
    const sorted = this.#sorted.subarray(0, count);
    sorted.set(this.#delaysMs.subarray(0, count));
    sorted.sort();
    const slowedMs = (sorted[0] as number) - this.#fastestMs;
    this.#fastestMs = sorted[0] as number;
    const quantileMs = sorted[Math.floor((count - 1) * LATENESS_QUANTILE)] as number;
    const lateMs = quantileMs - this.#fastestMs;
    const wantedMs = Math.max(MIN_TARGET_MS, Math.min(MAX_TARGET_MS, lateMs + MARGIN_MS));
    const seconds = this.#arrivalCount === REVIEW_EVERY ? 0 : (nowMs - this.#reviewedMs) / 1_000;
    // Counted from a later fastest message, the same place is less far ahead: no reason to change the pitch.
    if (slowedMs > 0) this.targetMs = Math.max(wantedMs, this.targetMs - slowedMs);
    const excessMs = this.targetMs - wantedMs;
    const shrinkMs = seconds * (SHRINK_MS_PER_SECOND + SHRINK_PER_SQUARE_MS * excessMs ** 2);
    this.targetMs = excessMs > 0 ? this.targetMs - Math.min(excessMs, shrinkMs) : wantedMs;
    this.#reviewedMs = nowMs;
  }
}
