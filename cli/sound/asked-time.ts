// A device's time together with how long it took to ask for it: what a far server needs to be given.
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
