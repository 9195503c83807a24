// Arithmetic of device time: 32-bit tick counts that wrap, so "before" and "after" are the sign of a
// difference modulo 2^32 (original.md 9.1). Two times count as ordered while they lie less than 2^31
// ticks apart: 3.1 days at 8 kHz, 12.4 hours at 48 kHz.
import type { DeviceTime } from '#shared/protocol/ids';

/** Any whole number taken modulo 2^32; the one place where a number becomes a device time. */
export function deviceTime(ticks: number): DeviceTime {
  return (ticks >>> 0) as DeviceTime;
}

/** The time `frames` later, or earlier where negative. Exact while |frames| < 2^52. */
export function advance(time: DeviceTime, frames: number): DeviceTime {
  return deviceTime(time + frames);
}

/** Frames from `b` to `a`: positive where `a` is later, from -2^31 to 2^31 - 1. */
export function difference(a: DeviceTime, b: DeviceTime): number {
  return (a - b) | 0;
}

/** Times exactly 2^31 ticks apart have no order of their own; each counts as before the other. */
export function isBefore(a: DeviceTime, b: DeviceTime): boolean {
  return difference(a, b) < 0;
}

export function isAfter(a: DeviceTime, b: DeviceTime): boolean {
  return difference(a, b) > 0;
}

export function earlier(a: DeviceTime, b: DeviceTime): DeviceTime {
  return isBefore(a, b) ? a : b;
}

export function later(a: DeviceTime, b: DeviceTime): DeviceTime {
  return isAfter(a, b) ? a : b;
}
