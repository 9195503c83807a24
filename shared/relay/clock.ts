// How a page knows the gateway's clock: it asks once a second, and believes the exchange that took the
// least time of the last few, because that one was delayed least on either way.

/** As many seconds of the past count; clocks drift little within them. */
const EXCHANGES = 16;

interface Exchange {
  readonly roundTripMs: number;
  /** The gateway's clock less the page's, if both ways took equally long. */
  readonly offsetMs: number;
}

export class ClockEstimate {
  #exchanges: Exchange[] = [];

  /** `sentMs` and `receivedMs` on the page's clock, `serverMs` on the gateway's in between. */
  add(sentMs: number, serverMs: number, receivedMs: number): void {
    const roundTripMs = receivedMs - sentMs;
    const offsetMs = serverMs - (sentMs + receivedMs) / 2;
    this.#exchanges = [...this.#exchanges.slice(1 - EXCHANGES), { roundTripMs, offsetMs }];
  }

  /** Forgets all exchanges: another gateway may have another clock. */
  reset(): void {
    this.#exchanges = [];
  }

  /** Undefined before the first exchange. */
  get roundTripMs(): number | undefined {
    return this.#best()?.roundTripMs;
  }

  /** What the gateway's clock shows when the page's shows `pageMs`; undefined before the first exchange. */
  serverMsAt(pageMs: number): number | undefined {
    const best = this.#best();
    return best && pageMs + best.offsetMs;
  }

  pageMsAt(serverMs: number): number | undefined {
    const best = this.#best();
    return best && serverMs - best.offsetMs;
  }

  #best(): Exchange | undefined {
    return this.#exchanges.reduce<Exchange | undefined>(
      (best, exchange) =>
        best === undefined || exchange.roundTripMs < best.roundTripMs ? exchange : best,
      undefined,
    );
  }
}
