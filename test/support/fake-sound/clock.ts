// The clock of a page with stand-ins, which moves only when it is told to, and its timers.
import type { End } from '#web/audio/face';

let clockMs = 1_000;

export const nowMs = (): number => clockMs;

interface FakeTimer {
  readonly dueMs: number;
  readonly callback: () => void;
}

const timers = new Set<FakeTimer>();

/** Timers that come due go off in their order, each at its time. */
export function passTime(ms: number): void {
  const endMs = clockMs + ms;
  for (;;) {
    const due = [...timers].filter(({ dueMs }) => dueMs <= endMs);
    if (due.length === 0) break;
    const next = due.reduce((first, each) => (each.dueMs < first.dueMs ? each : first));
    timers.delete(next);
    clockMs = Math.max(clockMs, next.dueMs);
    next.callback();
  }
  clockMs = endMs;
}

export function after(delayMs: number, callback: () => void): End {
  const timer = { dueMs: clockMs + delayMs, callback };
  timers.add(timer);
  return () => timers.delete(timer);
}
