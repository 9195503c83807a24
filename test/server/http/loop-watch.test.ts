// How late the event loop was, on a clock that a test stops.
import { describe, expect, it } from 'vitest';
import { createLoopWatch } from '#server/http/loop-watch';
import { FakeTime } from '#test/support/fake-time';

function watched() {
  const time = new FakeTime();
  return { time, watch: createLoopWatch(time, time) };
}

describe('the watch on the event loop', () => {
  it('finds nothing late while all timers come in time', () => {
    const { time, watch } = watched();
    for (let second = 0; second < 30; second++) {
      expect(watch.worstMs()).toBe(0);
      time.advance(1_000);
    }
  });

  it('tells of a stall for ten seconds', () => {
    const { time, watch } = watched();
    watch.worstMs();
    time.advance(1_000);
    time.stall(2_000);
    expect(watch.worstMs()).toBeGreaterThan(1_700);
    expect(watch.worstMs()).toBeLessThanOrEqual(2_000);
    time.advance(9_000);
    expect(watch.worstMs()).toBeGreaterThan(1_700);
    time.advance(2_000);
    expect(watch.worstMs()).toBe(0);
  });

  it('lets the process sleep when nobody asks any more', () => {
    const { time, watch } = watched();
    expect(time.pendingTimerCount).toBe(0);
    watch.worstMs();
    time.advance(60_000);
    expect(time.pendingTimerCount).toBe(1);
    time.advance(120_000);
    expect(time.pendingTimerCount).toBe(0);
    watch.worstMs();
    expect(time.pendingTimerCount).toBe(1);
    watch.stop();
    expect(time.pendingTimerCount).toBe(0);
  });
});
