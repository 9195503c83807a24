// How late the event loop was of late. Looking wakes the process some times a second, which an idle gateway
// must not do, so it goes on only while somebody keeps asking.
import type { Clock, Timers } from '#server/devices/face';

export interface LoopWatch {
  /** The most that a timer was late in the last 10 s; 0 when nobody has asked for long. */
  worstMs(): number;
  stop(): void;
}

const LOOK_EVERY_MS = 250;
const REMEMBERED_MS = 10_000;
/** Longer than anybody leaves between two questions. */
const ASKED_MS = 120_000;

export function createLoopWatch(clock: Clock, timers: Timers): LoopWatch {
  /** The oldest first; the worst of each look. */
  let lateness: { readonly atMs: number; readonly lateMs: number }[] = [];
  let askedAtMs = 0;
  let cancel: (() => void) | undefined;

  function forgetOld(nowMs: number): void {
    lateness = lateness.filter(({ atMs }) => nowMs - atMs < REMEMBERED_MS);
  }

  function look(): void {
    const dueMs = clock.nowMs() + LOOK_EVERY_MS;
    cancel = timers.after(LOOK_EVERY_MS, () => {
      const nowMs = clock.nowMs();
      forgetOld(nowMs);
      lateness.push({ atMs: nowMs, lateMs: Math.max(0, nowMs - dueMs) });
      cancel = undefined;
      if (nowMs - askedAtMs < ASKED_MS) look();
    });
  }

  return {
    worstMs() {
      askedAtMs = clock.nowMs();
      if (cancel === undefined) look();
      forgetOld(askedAtMs);
      return lateness.reduce((worst, { lateMs }) => Math.max(worst, lateMs), 0);
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
