// The timers of this machine. Callbacks that have time share a timer, because waking a process that sleeps
// costs more than most of them do.
import type { Clock, Timers } from '#server/devices/face';

/**
 * Node counts whole milliseconds from the last one that began, so a timer may come up to one too early.
 * Whoever waits for a device's time would then have to wait again.
 */
const TIMER_GRAIN_MS = 1;

/** Whatever is called back at one moment, with the one timer for it. */
interface Moment {
  readonly calls: Set<() => void>;
  readonly timer: NodeJS.Timeout;
}

/** What may be late by `slackMs` comes at the next moment of the clock that is a multiple of it. */
export function machineTimers(clock: Clock): Timers {
  const moments = new Map<number, Moment>();

  function startTimer(delayMs: number, callback: () => void): NodeJS.Timeout {
    return setTimeout(callback, Math.ceil(delayMs) + TIMER_GRAIN_MS);
  }

  function momentAt(dueMs: number): Moment {
    const known = moments.get(dueMs);
    if (known) return known;
    const calls = new Set<() => void>();
    const timer = startTimer(dueMs - clock.nowMs(), () => {
      moments.delete(dueMs);
      for (const call of calls) call();
    });
    const moment = { calls, timer };
    moments.set(dueMs, moment);
    return moment;
  }

  return {
    after(delayMs, callback, slackMs = 0) {
      if (slackMs === 0) {
        const timer = startTimer(delayMs, callback);
        return () => clearTimeout(timer);
      }
      const dueMs = Math.ceil((clock.nowMs() + delayMs) / slackMs) * slackMs;
      const { calls, timer } = momentAt(dueMs);
      const call = () => callback();
      calls.add(call);
      return () => {
        calls.delete(call);
        if (calls.size > 0 || moments.get(dueMs)?.calls !== calls) return;
        clearTimeout(timer);
        moments.delete(dueMs);
      };
    },
  };
}
