// How the context's clock goes with the page's: what the context plays now comes out of the speakers at a
// moment that `getOutputTimestamp` tells, more or less, and many such answers tell well.

/** Part of the way that each new answer moves the estimate; at 4 a second half a minute's worth is seen. */
const SMOOTHING = 0.05;
/** The first answers count as much as they can. */
const FIRST_ANSWERS = 20;
/** Off by more, the output has changed: a pause, other speakers. */
const JUMP_MS = 50;

export class SyncClock {
  #answerCount = 0;
  /** The context's clock less the page's, for sound at the speakers. */
  offsetMs = 0;

  observe(context: AudioContext): void {
    const answerMs = offsetNow(context);
    if (Math.abs(answerMs - this.offsetMs) > JUMP_MS) this.#answerCount = 0;
    this.#answerCount = Math.min(FIRST_ANSWERS, this.#answerCount + 1);
    const share = Math.max(SMOOTHING, 1 / this.#answerCount);
    this.offsetMs += share * (answerMs - this.offsetMs);
  }
}

function offsetNow(context: AudioContext): number {
  const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp();
  if (performanceTime > 0) return contextTime * 1000 - performanceTime;
  const latencySeconds = context.baseLatency + (context.outputLatency ?? 0);
  return (context.currentTime - latencySeconds) * 1000 - performance.now();
}
