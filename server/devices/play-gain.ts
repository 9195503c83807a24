// The gain of one play on mu-law and A-law devices: a table from code to code, of at most 30 dB either
// way (original.md 10), so that a program gets the very codes that the original would have given.
import { aLawCompress14, aLawExpand16 } from '#shared/audio/encodings/alaw';
import { muLawCompress14, muLawExpand16 } from '#shared/audio/encodings/mulaw';
import { gained14, gainFactorOfDb } from '#shared/audio/gain';
import type { EncodingName } from '#shared/protocol/encodings';

const MAX_COMPANDED_GAIN_DB = 30;

export interface CompandedGain {
  /** Fills `output` with `count` samples from `from` on, each rounded to a code of its law. */
  apply(samples: Int16Array, from: number, output: Int16Array, count: number, gainDb: number): void;
}

const LAWS = {
  MU255: createCompandedGain(muLawCompress14, muLawExpand16),
  ALAW: createCompandedGain(aLawCompress14, aLawExpand16),
};

/** Undefined for other encodings, to which gain is applied as it is. */
export function compandedGain(encoding: EncodingName): CompandedGain | undefined {
  return encoding === 'MU255' || encoding === 'ALAW' ? LAWS[encoding] : undefined;
}

function createCompandedGain(compress14: Uint8Array, expand16: Int16Array): CompandedGain {
  return {
    apply(samples, from, output, count, gainDb) {
      const limitedDb = Math.min(MAX_COMPANDED_GAIN_DB, Math.max(-MAX_COMPANDED_GAIN_DB, gainDb));
      const gainFactor = gainFactorOfDb(limitedDb);
      for (let i = 0; i < count; i++) {
        const value14 = gained14((samples[from + i] as number) >> 2, gainFactor);
        output[i] = expand16[compress14[value14 & 0x3fff] as number] as number;
      }
    },
  };
}
