// News for all pages: told at once, but no more often than pages can take. What changes faster is told a little
// later, as it is then, so that one peer cannot make the gateway write to everybody without end.
import type { Clock, Timers } from '#server/devices/face';
import { MessageRate } from './message-rate.ts';

/** Faster than a hand moves a slider; as many at once, after a pause. */
export const TELLINGS_PER_SECOND = 20;

export class PacedTelling {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #tell: () => void;
  readonly #rate: MessageRate;
  #cancelLater: (() => void) | undefined;

  /** `tell` tells what is so when it is called. */
  constructor({ clock, timers }: { clock: Clock; timers: Timers }, tell: () => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#tell = tell;
    this.#rate = new MessageRate(TELLINGS_PER_SECOND, clock.nowMs());
  }

  changed(): void {
    if (this.#cancelLater !== undefined) return;
    if (this.#rate.allows(this.#clock.nowMs())) this.#tell();
    else {
      this.#cancelLater = this.#timers.after(1_000 / TELLINGS_PER_SECOND, () => {
        this.#cancelLater = undefined;
        this.changed();
      });
    }
  }

  close(): void {
    this.#cancelLater?.();
    this.#cancelLater = undefined;
  }
}
