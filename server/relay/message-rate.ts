// How many messages a page may send: so many in a second, with a second's worth at once after a pause.

export class MessageRate {
  readonly #perSecond: number;
  #allowance: number;
  #lastMs: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#allowance = perSecond;
    this.#lastMs = nowMs;
  }

  /** Counts one; gives whether it was allowed. */
  allows(nowMs: number): boolean {
    const earned = ((nowMs - this.#lastMs) / 1_000) * this.#perSecond;
    this.#lastMs = nowMs;
    this.#allowance = Math.min(this.#perSecond, this.#allowance + earned);
    if (this.#allowance < 1) return false;
    this.#allowance -= 1;
    return true;
  }
}
