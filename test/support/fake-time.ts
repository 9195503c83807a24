// Time that passes only when a test says so: a clock and timers for everything that is handed them.

interface PendingTimer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Timers that are due call back in the order of their moments, and those of one moment in order. */
export class FakeTime {
  #nowMs: number;
  #pending: PendingTimer[] = [];

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs = (): number => this.#nowMs;

  after = (delayMs: number, callback: () => void): (() => void) => {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#pending.push(timer);
    return () => {
      this.#pending = this.#pending.filter((other) => other !== timer);
    };
  };

  get pendingTimerCount(): number {
    return this.#pending.length;
  }

  /** Lets time pass, calling back each timer at its moment. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#earliest(endMs); next !== undefined; next = this.#earliest(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      this.#run(next);
    }
    this.#nowMs = endMs;
  }

  /** Lets time pass while nothing can run, as on a busy machine; then all that is due calls back. */
  stall(ms: number): void {
    this.#nowMs += ms;
    this.advance(0);
  }

  #earliest(endMs: number): PendingTimer | undefined {
    let earliest: PendingTimer | undefined;
    for (const timer of this.#pending) {
      if (timer.dueMs <= endMs && (earliest === undefined || timer.dueMs < earliest.dueMs)) {
        earliest = timer;
      }
    }
    return earliest;
  }

  #run(timer: PendingTimer): void {
    this.#pending = this.#pending.filter((other) => other !== timer);
    timer.callback();
  }
}
