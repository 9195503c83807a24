// The switches and gains by which a device is set.
import type { Gain, Switches } from './face.ts';

export interface GainRange {
  readonly minDb: number;
  readonly maxDb: number;
}

export interface SwitchesOptions {
  readonly bitCount: number;
  readonly mask: number;
  /** The state that a wish leads to. */
  readonly settle?: (mask: number) => number;
  readonly changed?: () => void;
}

/** Bits beyond the count are left out of a wish; that they are an error is for others to say. */
export function createSwitches({ bitCount, mask, settle, changed }: SwitchesOptions): Switches {
  const allBits = 2 ** bitCount - 1;
  let current = mask;
  return {
    bitCount,
    get mask() {
      return current;
    },
    change(wanted) {
      const known = wanted & allBits;
      const settled = settle?.(known) ?? known;
      if (settled === current) return;
      current = settled;
      changed?.();
    },
  };
}

/** Of several outputs one stays on: when none would be left, it is the first, as on the original. */
export function keepOneOutput(bitCount: number): (mask: number) => number {
  return (mask) => (mask === 0 && bitCount > 1 ? 1 : mask);
}

/** Starts at 0 dB. Keeps to its range; that a value is out of it is for others to say. */
export function createGain({ minDb, maxDb }: GainRange, changed?: () => void): Gain {
  let current = 0;
  return {
    minDb,
    maxDb,
    get gainDb() {
      return current;
    },
    change(gainDb) {
      const settled = Math.min(maxDb, Math.max(minDb, gainDb));
      if (settled === current) return;
      current = settled;
      changed?.();
    },
  };
}
