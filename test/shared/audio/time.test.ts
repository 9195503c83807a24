// Device time that wraps: order, distance and advances, for random times.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advance,
  deviceTime,
  difference,
  earlier,
  isAfter,
  isBefore,
  later,
} from '#shared/audio/time';

const anyTime = fc
  .oneof(
    fc.integer({ min: 0, max: 0xffffffff }),
    // Around the wrap and around the sign bit, where mistakes live.
    fc.integer({ min: -5, max: 5 }),
    fc.integer({ min: 0x7ffffffb, max: 0x80000005 }),
  )
  .map(deviceTime);
const anyDistance = fc.oneof(
  fc.integer({ min: -0x7fffffff, max: 0x7fffffff }),
  fc.integer({ min: -5, max: 5 }),
);
const forward = fc.integer({ min: 1, max: 0x7fffffff });

describe('device time', () => {
  it('is a number from 0 to 2^32 - 1, whatever it is made from', () => {
    expect(deviceTime(-1)).toBe(0xffffffff);
    expect(deviceTime(2 ** 32)).toBe(0);
    expect(deviceTime(2 ** 32 * 1000 + 7)).toBe(7);
    expect(deviceTime(0x80000000)).toBe(0x80000000);
  });

  it('runs through zero when it is advanced past the wrap', () => {
    expect(advance(deviceTime(0xfffffffe), 5)).toBe(3);
    expect(advance(deviceTime(3), -5)).toBe(0xfffffffe);
  });

  it('is as far from an advanced time as it was advanced by', () => {
    fc.assert(
      fc.property(anyTime, anyDistance, (time, frames) => {
        expect(difference(advance(time, frames), time)).toBe(frames);
      }),
    );
  });

  it('comes back when it is advanced there and back', () => {
    fc.assert(
      fc.property(anyTime, anyDistance, (time, frames) => {
        expect(advance(advance(time, frames), -frames)).toBe(time);
      }),
    );
  });

  it('adds up over advances of any length, also beyond 2^32 frames', () => {
    fc.assert(
      fc.property(anyTime, fc.maxSafeNat(), fc.nat(), (time, far, near) => {
        const farFrames = far % 2 ** 48;
        expect(advance(advance(time, farFrames), near)).toBe(advance(time, farFrames + near));
      }),
    );
  });

  it('orders times that lie less than 2^31 frames apart, on both sides of the wrap', () => {
    fc.assert(
      fc.property(anyTime, forward, (time, frames) => {
        const after = advance(time, frames);
        expect(isAfter(after, time)).toBe(true);
        expect(isBefore(time, after)).toBe(true);
        expect(isAfter(time, after)).toBe(false);
        expect(isBefore(after, time)).toBe(false);
        expect(earlier(time, after)).toBe(time);
        expect(earlier(after, time)).toBe(time);
        expect(later(time, after)).toBe(after);
        expect(later(after, time)).toBe(after);
      }),
    );
  });

  it('is neither before nor after itself', () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        expect(difference(time, time)).toBe(0);
        expect(isBefore(time, time)).toBe(false);
        expect(isAfter(time, time)).toBe(false);
      }),
    );
  });

  it('has a difference that turns its sign with the order, except at exactly 2^31', () => {
    fc.assert(
      fc.property(anyTime, anyTime, (a, b) => {
        const ab = difference(a, b);
        if (ab === -0x80000000) expect(difference(b, a)).toBe(ab);
        else expect(difference(b, a)).toBe(0 - ab);
      }),
    );
  });
});
