// A device's time: frames since its start, counted from the monotonic clock that is handed in.
import type { Clock } from './face.ts';

/** Hides that a moment computed from a frame number comes out a rounding error before that frame. */
const ROUNDING_FRAMES = 1e-4;

/** Never goes back and never drifts: a frame number follows from the clock alone, not from the last one. */
export class FrameClock {
  readonly rateHz: number;
  readonly #clock: Clock;
  readonly #startMs: number;

  constructor(clock: Clock, rateHz: number) {
    this.#clock = clock;
    this.rateHz = rateHz;
    this.#startMs = clock.nowMs();
  }

  nowFrame(): number {
    return this.frameAt(this.#clock.nowMs());
  }

  /** The frame that is played when the clock shows `clockMs`. */
  frameAt(clockMs: number): number {
    const elapsedMs = clockMs - this.#startMs;
    return Math.floor((elapsedMs * this.rateHz) / 1000 + ROUNDING_FRAMES);
  }

  /** How long until that frame is played; negative where it is past. */
  msUntil(frame: number): number {
    return (frame * 1000) / this.rateHz - (this.#clock.nowMs() - this.#startMs);
  }

  /** The frame of `other`, a clock of the same rate, at which frame 0 of this one was played. */
  offsetIn(other: FrameClock): number {
    return Math.round(((this.#startMs - other.#startMs) * this.rateHz) / 1000);
  }
}
