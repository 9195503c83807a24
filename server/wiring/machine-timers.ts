// The timers of this machine. Callbacks that have time share a timer, because waking a process that sleeps
// costs more than most of them do.
import type { Clock, Timers } from '#server/devices/face';

/**
 * Node counts whole milliseconds from the last one that began, so a timer may come up to one too early.
 * Whoever waits for a device's time would then have to wait again.
 */
const TIMER_GRAIN_MS = 1;

/** Of what may be late by so much, moments lie at the multiples of this part of it. */
const MOMENTS_PER_SLACK = 5;
/** With so many, a moment is full: what they do together must not keep others waiting for long. */
export const MOST_TOGETHER = 128;

/** Whatever is called back at one moment, with the one timer for it. */
interface Moment {
  readonly dueMs: number;
  /** By what prevents them: the same callback may be called back twice. */
  readonly calls: Map<() => void, () => void>;
  readonly timer: NodeJS.Timeout;
}

/**
 * What may be late joins the first moment in its time that others have chosen and that is not full. Where there
 * is none, it chooses the last that is left, so that others can join it; where none is left, it joins the last.
 */
export function machineTimers(clock: Clock): Timers {
  const moments = new Map<number, Moment>();

  function startTimer(delayMs: number, callback: () => void): NodeJS.Timeout {
    return setTimeout(callback, Math.ceil(delayMs) + TIMER_GRAIN_MS);
  }

  function momentAt(dueMs: number): Moment {
    const known = moments.get(dueMs);
    if (known) return known;
    const calls = new Map<() => void, () => void>();
    const timer = startTimer(dueMs - clock.nowMs(), () => {
      moments.delete(dueMs);
      for (const callback of calls.values()) callback();
    });
    const moment = { dueMs, calls, timer };
    moments.set(dueMs, moment);
    return moment;
  }

  function momentWithin(earliestMs: number, slackMs: number): Moment {
    const stepMs = slackMs / MOMENTS_PER_SLACK;
    const last = Math.floor((earliestMs + slackMs) / stepMs);
    let chosen = last;
    for (let step = Math.ceil(earliestMs / stepMs); step <= last; step += 1) {
      const moment = moments.get(step * stepMs);
      if (moment === undefined) chosen = step;
      else if (moment.calls.size < MOST_TOGETHER) return moment;
    }
    return momentAt(chosen * stepMs);
  }

  return {
    after(delayMs, callback, slackMs = 0) {
      if (slackMs === 0) {
        const timer = startTimer(delayMs, callback);
        return () => clearTimeout(timer);
      }
      const { calls, timer, dueMs } = momentWithin(clock.nowMs() + delayMs, slackMs);
      const prevent = () => {
        calls.delete(prevent);
        if (calls.size > 0 || moments.get(dueMs)?.calls !== calls) return;
        clearTimeout(timer);
        moments.delete(dueMs);
      };
      calls.set(prevent, callback);
      return prevent;
    },
  };
}
