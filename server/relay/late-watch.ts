// Tells messages of a microphone that are late for now from a way that has become longer. Pure arithmetic on
// arrivals, like the regulator's.

/** A page whose messages come late for so long, and are not catching up, has a longer way now. */
const LATE_MS = 40;
/** The same where what piled up comes in little by little. */
const CATCHING_UP_MS = 250;
/** What is later is of another time. */
const MOST_LATE_MS = 1_000;

export class LateWatch {
  readonly #tornBelowMs: number;
  #since: { readonly nowMs: number; readonly headroomMs: number } | undefined;

  /** Sound that is no further ahead than that is torn. */
  constructor(tornBelowMs: number) {
    this.#tornBelowMs = tornBelowMs;
  }

  restart(): void {
    this.#since = undefined;
  }

  /** A message came so far ahead of the device's time; true where the way has become longer. */
  arrived(nowMs: number, headroomMs: number): boolean {
    if (headroomMs > 2 * this.#tornBelowMs) this.#since = undefined;
    else if (headroomMs < this.#tornBelowMs) this.#since ??= { nowMs, headroomMs };
    if (this.#since === undefined) return false;
    const lateForMs = nowMs - this.#since.nowMs;
    const caughtUpMs = headroomMs - this.#since.headroomMs;
    if (headroomMs < -MOST_LATE_MS || lateForMs > CATCHING_UP_MS) return true;
    return lateForMs > LATE_MS && caughtUpMs < lateForMs;
  }
}
