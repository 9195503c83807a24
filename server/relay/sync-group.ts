// The pages that play together. Each says which latency it needs; the largest is everybody's.

export class SyncGroup<Page> {
  readonly #latenciesMs = new Map<Page, number>();

  get latencyMs(): number {
    return Math.max(0, ...this.#latenciesMs.values());
  }

  /** 0 leaves. Gives the pages that must hear of the latency: all that take part, if it changed, and this one. */
  join(page: Page, latencyMs: number): Iterable<Page> {
    const before = this.latencyMs;
    if (latencyMs === 0) this.#latenciesMs.delete(page);
    else this.#latenciesMs.set(page, latencyMs);
    if (this.latencyMs === before) return [page];
    return new Set([...this.#latenciesMs.keys(), page]);
  }

  /** The page is gone; gives the others that must hear of it. */
  leave(page: Page): Iterable<Page> {
    const told = new Set(this.join(page, 0));
    told.delete(page);
    return told;
  }
}
