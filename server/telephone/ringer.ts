// Rings a line, on and off, until it is stopped.
import type { Timers, VirtualPhoneLine } from '#server/devices/index';
import { RING_CADENCE } from '#shared/audio/tone';

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
    this.#cancelTimer = this.#timers.after(RING_CADENCE.ringMs, () => this.#pause());
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
    this.#cancelTimer = this.#timers.after(RING_CADENCE.restMs, () => this.start());
    this.#line.ring(0);
  }
}
