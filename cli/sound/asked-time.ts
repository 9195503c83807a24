// A device's time together with how long it took to ask for it: what a far server needs to be given.
import { advance, difference } from '#shared/audio/time';
import type { Context, DeviceTime } from '#shared/client/index';

export interface AskedTime {
  readonly time: DeviceTime;
  readonly roundTripSeconds: number;
}

export async function askTime(context: Context): Promise<AskedTime> {
  const askedMs = performance.now();
  const time = await context.getTime();
  return { time, roundTripSeconds: (performance.now() - askedMs) / 1_000 };
}

/** One round trip was seen, and the next may take longer. */
export const ROUND_TRIP_SAFETY = 1.5;

/** A device's time, and when it was that time here, on the clock of `performance.now()`. */
export interface Moment {
  readonly time: DeviceTime;
  readonly atMs: number;
}

export function timeAt({ time, atMs }: Moment, rateHz: number, otherMs: number): DeviceTime {
  return advance(time, Math.floor(((otherMs - atMs) / 1_000) * rateHz));
}

/** Clocks of two machines agree this well, to which the way there adds a little. */
const CLOCK_TOLERANCE_PPM = 200;
const CLOCK_TOLERANCE_SECONDS = 0.25;

/** Whether both are times of one clock: a server that was started anew begins a new one. */
export function isSameClock(before: Moment, after: Moment, rateHz: number): boolean {
  const passedSeconds = (after.atMs - before.atMs) / 1_000;
  const errorFrames = difference(after.time, timeAt(before, rateHz, after.atMs));
  const tolerance = CLOCK_TOLERANCE_SECONDS + (passedSeconds * CLOCK_TOLERANCE_PPM) / 1e6;
  return Math.abs(errorFrames) / rateHz < tolerance;
}
