// Which ring of its call a ring is.
import { describe, expect, it } from 'vitest';
import { createRingCounter } from '#cli/answering/ring-counter';
import { advance, deviceTime } from '#shared/audio/time';

const RATE_HZ = 8_000;
const CADENCE_FRAMES = 6 * RATE_HZ;

describe('rings', () => {
  it('are counted within a call, across the end of the clock too', () => {
    const counter = createRingCounter(RATE_HZ);
    const first = deviceTime(2 ** 32 - CADENCE_FRAMES - 10);
    const times = [0, 1, 2, 3].map((ring) => advance(first, ring * CADENCE_FRAMES));
    expect(times.map((time) => counter.rang(time))).toEqual([1, 2, 3, 4]);
  });

  it('begin anew with the next call, which comes after a pause or after an answer', () => {
    const counter = createRingCounter(RATE_HZ);
    expect(counter.rang(deviceTime(0))).toBe(1);
    expect(counter.rang(deviceTime(CADENCE_FRAMES))).toBe(2);
    expect(counter.rang(deviceTime(CADENCE_FRAMES + 10 * RATE_HZ))).toBe(1);
    counter.reset();
    expect(counter.rang(deviceTime(CADENCE_FRAMES + 11 * RATE_HZ))).toBe(1);
  });
});
