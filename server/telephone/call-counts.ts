// How calls ended, counted from the start.

/** `hungUp` of calls that were up, or whose caller gave up; `gone` when the page or the device went. */
export type CallOutcome = 'hungUp' | 'notAnswered' | 'busy' | 'refused' | 'unknownNumber' | 'gone';

/** `in`: a page calls; `out`: a program dials. */
export type CallDirection = 'in' | 'out';

export interface CallCount {
  readonly direction: CallDirection;
  readonly end: CallOutcome;
  readonly count: number;
}

export class CallCounts {
  readonly #counts = new Map<string, CallCount>();

  add(direction: CallDirection, end: CallOutcome): void {
    const key = `${direction} ${end}`;
    const count = (this.#counts.get(key)?.count ?? 0) + 1;
    this.#counts.set(key, { direction, end, count });
  }

  all(): CallCount[] {
    return [...this.#counts.values()];
  }
}
