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

  /** Counts one, or as many as it costs; gives whether that was allowed. */
  allows(nowMs: number, cost = 1): boolean {
    const earned = ((nowMs - this.#lastMs) / 1_000) * this.#perSecond;
    this.#lastMs = nowMs;
    this.#allowance = Math.min(this.#perSecond, this.#allowance + earned);
    if (this.#allowance < cost) return false;
    this.#allowance -= cost;
    return true;
  }
}
