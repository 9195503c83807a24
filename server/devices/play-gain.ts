// The gain of one play on mu-law and A-law devices: defined on 14-bit samples and at most 30 dB either
// way (protocol.md 11), so that a program gets the very codes that the original would have given.
import { gained14 } from '#shared/audio/gain';
import type { EncodingName } from '#shared/protocol/encodings';

const MAX_COMPANDED_GAIN_DB = 30;

export function isCompanded(encoding: EncodingName): boolean {
  return encoding === 'MU255' || encoding === 'ALAW';
}

export function clampCompandedGainDb(gainDb: number): number {
  return Math.min(MAX_COMPANDED_GAIN_DB, Math.max(-MAX_COMPANDED_GAIN_DB, gainDb));
}

/** Fills `output` with samples from `from` on, in the scale of 16 bits but with the steps of 14. */
export function gainAs14(
  samples: Int16Array,
  from: number,
  output: Int16Array,
  count: number,
  gainFactor: number,
): void {
  for (let i = 0; i < count; i++) {
    output[i] = gained14((samples[from + i] as number) >> 2, gainFactor) << 2;
  }
}
