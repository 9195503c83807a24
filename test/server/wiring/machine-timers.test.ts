// How callbacks of this machine come: at their time, or together with others where they have time.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MOST_TOGETHER, machineTimers } from '#server/wiring/machine-timers';

const timers = machineTimers({ nowMs: () => performance.now() });

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});

afterEach(() => {
  vi.useRealTimers();
});

/** When each of these was called back, in milliseconds from now. */
function calledBackMs(delays: readonly { delayMs: number; slackMs?: number }[]): number[] {
  const startMs = performance.now();
  const times = delays.map(() => Number.NaN);
  for (const [i, { delayMs, slackMs }] of delays.entries()) {
    timers.after(
      delayMs,
      () => {
        times[i] = performance.now() - startMs;
      },
      slackMs,
    );
  }
  vi.runAllTimers();
  return times;
}

describe('a timer of the machine', () => {
  it('comes a millisecond after its time, because it must not come before', () => {
    expect(calledBackMs([{ delayMs: 0 }, { delayMs: 7.2 }, { delayMs: 40 }])).toEqual([1, 9, 41]);
  });

  it('that has time comes with others, not before its time and not later than it may', () => {
    const delays = Array.from({ length: 50 }, (_, i) => 1.7 * i + 0.5);
    const times = calledBackMs(delays.map((delayMs) => ({ delayMs, slackMs: 20 })));
    const lateMs = times.map((timeMs, i) => timeMs - (delays[i] as number));
    expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...lateMs)).toBeLessThanOrEqual(22);
    expect(new Set(times).size).toBeLessThanOrEqual(6);
  });

  it('comes with so many others and no more, as long as there is another moment in its time', () => {
    const times = calledBackMs(
      Array.from({ length: 3 * MOST_TOGETHER }, () => ({ delayMs: 40, slackMs: 100 })),
    );
    for (const moment of new Set(times)) {
      expect(times.filter((timeMs) => timeMs === moment)).toHaveLength(MOST_TOGETHER);
    }
  });

  it('comes late rather than alone where there is no moment left that is not full', () => {
    const count = 10 * MOST_TOGETHER;
    const times = calledBackMs(
      Array.from({ length: count }, () => ({ delayMs: 40, slackMs: 100 })),
    );
    expect(Math.min(...times)).toBeGreaterThanOrEqual(40);
    expect(Math.max(...times)).toBeLessThanOrEqual(142);
    expect(new Set(times).size).toBeLessThanOrEqual(6);
  });

  it('that has time shares one of the process with all that come at its moment', () => {
    for (let n = 0; n < 10; n += 1) timers.after(1_000.5 + n, () => {}, 20);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(2);
  });

  it('does not come when it was cancelled, while those that share its moment do', () => {
    const called: string[] = [];
    const cancel = timers.after(30, () => called.push('cancelled'), 20);
    timers.after(30, () => called.push('kept'), 20);
    cancel();
    vi.runAllTimers();
    expect(called).toEqual(['kept']);
    cancel();
  });

  it('leaves nothing behind when all of a moment were cancelled, and the moment can be taken again', () => {
    const cancelFirst = timers.after(30, () => {}, 20);
    const cancelSecond = timers.after(30, () => {}, 20);
    cancelFirst();
    cancelSecond();
    expect(vi.getTimerCount()).toBe(0);
    let callCount = 0;
    timers.after(30, () => (callCount += 1), 20);
    cancelSecond();
    vi.runAllTimers();
    expect(callCount).toBe(1);
  });

  it('may be set again by what it calls back', () => {
    const times: number[] = [];
    const again = () => {
      times.push(performance.now());
      if (times.length < 3) timers.after(1, again, 20);
    };
    timers.after(1, again, 20);
    vi.runAllTimers();
    expect(times).toHaveLength(3);
  });
});
