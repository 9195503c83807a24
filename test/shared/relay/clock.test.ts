// What a page knows of the gateway's clock.
import { describe, expect, it } from 'vitest';
import { ClockEstimate } from '#shared/relay/clock';
import { seededRandom } from '#test/support/random';

describe('the estimate of a clock', () => {
  it('is nothing before the first exchange', () => {
    const clock = new ClockEstimate();
    expect([clock.roundTripMs, clock.serverMsAt(1), clock.pageMsAt(1)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('believes the exchange that took the least time, and leads there and back', () => {
    const clock = new ClockEstimate();
    clock.add(100, 1_150, 200);
    clock.add(300, 1_304, 310);
    clock.add(400, 1_490, 500);
    expect(clock.roundTripMs).toBe(10);
    expect(clock.serverMsAt(1_000)).toBe(1_999);
    expect(clock.pageMsAt(1_999)).toBe(1_000);
  });

  it('is right within a millisecond over ways that differ by up to 80 ms', () => {
    const random = seededRandom(5);
    const clock = new ClockEstimate();
    for (let sentMs = 0; sentMs < 60_000; sentMs += 1_000) {
      const [there, back] = [random(8_000) / 100, random(8_000) / 100];
      const isQuick = sentMs % 10_000 === 0;
      const thereMs = isQuick ? 1 : there;
      const serverMs = 5_000 + sentMs + thereMs;
      clock.add(sentMs, serverMs, sentMs + thereMs + (isQuick ? 1 : back));
      expect(Math.abs((clock.serverMsAt(sentMs) ?? 0) - sentMs - 5_000)).toBeLessThan(1);
    }
  });

  it('forgets old exchanges, so that it follows a clock that drifts', () => {
    const clock = new ClockEstimate();
    clock.add(0, 1_000, 0.1);
    for (let second = 1; second <= 16; second++) {
      clock.add(second * 1_000, second * 1_000 + 1_000 + second, second * 1_000 + 4);
    }
    expect(clock.roundTripMs).toBe(4);
  });
});
