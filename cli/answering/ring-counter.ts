// Counts how often a call has rung, which begins anew with every call.
import { difference } from '#shared/audio/time';
import type { DeviceTime } from '#shared/client/index';

/** Between two rings of one call lie 6 s (original.md 11); less in other countries, and never this much. */
const NEXT_CALL_SECONDS = 9;

export interface RingCounter {
  /** A ring began at that time of the device. Gives its number within its call, from 1. */
  rang(time: DeviceTime): number;
  /** Somebody answered, so that the next ring is another call's. */
  reset(): void;
}

export function createRingCounter(rateHz: number): RingCounter {
  let lastRing: DeviceTime | undefined;
  let count = 0;
  return {
    rang(time) {
      const isSameCall =
        lastRing !== undefined && difference(time, lastRing) < NEXT_CALL_SECONDS * rateHz;
      count = isSameCall ? count + 1 : 1;
      lastRing = time;
      return count;
    },
    reset() {
      lastRing = undefined;
    },
  };
}
