// Rings a line: two seconds on, four seconds off (protocol.md 12), until it is stopped.
import type { Timers, VirtualPhoneLine } from '#server/devices/index';

const RING_MS = 2_000;
const PAUSE_MS = 4_000;

export class Ringer {
  readonly #timers: Timers;
  readonly #line: Pick<VirtualPhoneLine, 'ring'>;
  #isInBurst = false;
  #cancelTimer = () => {};

  constructor(timers: Timers, line: Pick<VirtualPhoneLine, 'ring'>) {
    this.#timers = timers;
    this.#line = line;
  }

  start(): void {
    this.#isInBurst = true;
    this.#cancelTimer = this.#timers.after(RING_MS, () => this.#pause());
    this.#line.ring(1);
  }

  /** A burst that is under way ends at once. */
  stop(): void {
    this.#cancelTimer();
    if (!this.#isInBurst) return;
    this.#isInBurst = false;
    this.#line.ring(0);
  }

  #pause(): void {
    this.#isInBurst = false;
    this.#cancelTimer = this.#timers.after(PAUSE_MS, () => this.start());
    this.#line.ring(0);
  }
}
