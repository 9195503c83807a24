// A device's time from a monotonic clock.
import { describe, expect, it } from 'vitest';
import { FrameClock } from '#server/devices/frame-clock';
import { FakeTime } from '#test/support/fake-time';

const RATES_HZ = [8000, 11_025, 44_100, 48_000];
const THREE_DAYS_MS = 3 * 24 * 3600 * 1000;

describe('the time of a device', () => {
  it('starts at 0, whatever the clock says', () => {
    const time = new FakeTime(123_456.789);
    const clock = new FrameClock(time, 48_000);
    expect(clock.nowFrame()).toBe(0);
    time.advance(1000);
    expect(clock.nowFrame()).toBe(48_000);
  });

  it.each(RATES_HZ)('neither drifts nor goes back in three days at %i Hz', (rateHz) => {
    const time = new FakeTime(1e9 + 0.3);
    const clock = new FrameClock(time, rateHz);
    let last = 0;
    let worstFrames = 0;
    let smallestStep = Number.POSITIVE_INFINITY;
    // Steps of about 2.6 s with an odd fraction, as a busy clock would show.
    for (let elapsedMs = 0; elapsedMs < THREE_DAYS_MS; elapsedMs += 2600.7) {
      time.advance(2600.7);
      const now = clock.nowFrame();
      const expected = ((time.nowMs() - (1e9 + 0.3)) * rateHz) / 1000;
      worstFrames = Math.max(worstFrames, Math.abs(now - expected));
      smallestStep = Math.min(smallestStep, now - last);
      last = now;
    }
    expect(worstFrames).toBeLessThanOrEqual(1);
    expect(smallestStep).toBeGreaterThanOrEqual(Math.floor(2.6 * rateHz));
    expect(last / rateHz).toBeCloseTo(THREE_DAYS_MS / 1000, -1);
  });

  it.each(RATES_HZ)('keeps its rate within 0.1 %% over any second at %i Hz', (rateHz) => {
    const time = new FakeTime();
    const clock = new FrameClock(time, rateHz);
    for (let i = 0; i < 1000; i++) {
      const before = clock.nowFrame();
      time.advance(1000 + i / 997);
      const rate = ((clock.nowFrame() - before) * 1000) / (1000 + i / 997);
      expect(Math.abs(rate / rateHz - 1)).toBeLessThan(0.001);
    }
  });

  it.each(RATES_HZ)('has come to a frame when it said it would, at %i Hz', (rateHz) => {
    const time = new FakeTime(77.7);
    const clock = new FrameClock(time, rateHz);
    for (let frame = 1; frame < 1e11; frame = frame * 3 + 1) {
      time.advance(clock.msUntil(frame));
      expect(clock.nowFrame()).toBe(frame);
    }
  });

  it('counts on beyond 32 bits', () => {
    const time = new FakeTime();
    const clock = new FrameClock(time, 48_000);
    time.advance(((2 ** 32 + 480) * 1000) / 48_000);
    expect(clock.nowFrame()).toBe(2 ** 32 + 480);
  });
});
