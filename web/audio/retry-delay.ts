// How long a page waits before it tries again: longer with each failure, and not all pages at once.

const FIRST_MS = 500;
const LONGEST_MS = 10_000;
/** Part of the delay by which it is made shorter or longer, by chance. */
const JITTER = 0.25;

/** `failureCount` failures came before this one; `random` is 0 to 1. */
export function retryDelayMs(failureCount: number, random: number): number {
  const delayMs = FIRST_MS * 2 ** Math.min(failureCount, 10);
  const spread = 1 + JITTER * (2 * random - 1);
  return Math.min(LONGEST_MS, Math.max(FIRST_MS, Math.min(delayMs, LONGEST_MS) * spread));
}
