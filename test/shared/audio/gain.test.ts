// Gain in decibels, as a factor, and on samples and mu-law codes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyGain16,
  applyGain32,
  clampGainDb,
  gained14,
  gained16,
  gainFactorOfDb,
} from '#shared/audio/gain';
import { vectorBytes } from '#test/shared/audio/kernel-vectors';
import { compress14, expand14 } from '#test/shared/audio/mulaw-reference';

const everyInt16 = Int16Array.from({ length: 65_536 }, (_, i) => i - 0x8000);

describe('gain in decibels', () => {
  it('is kept within 100 dB of zero', () => {
    expect([-1000, -100, -3, 0, 100, 2 ** 31].map(clampGainDb)).toEqual([
      -100, -100, -3, 0, 100, 100,
    ]);
  });

  it('is exactly a factor of 1 at 0 dB, and of 10 at 20 dB', () => {
    expect(gainFactorOfDb(0)).toBe(1);
    expect(gainFactorOfDb(20)).toBe(10);
    expect(gainFactorOfDb(-40)).toBeCloseTo(0.01, 15);
  });
});

describe('gain on samples', () => {
  it('leaves every sample alone at 0 dB', () => {
    const samples = everyInt16.slice();
    applyGain16(samples, 0, samples.length, gainFactorOfDb(0));
    expect(samples).toEqual(everyInt16);
    expect(everyInt16.map((value) => gained16(value, 1))).toEqual(everyInt16);
    const wide = Int32Array.from([-0x80000000, -1, 0, 1, 0x7fffffff]);
    applyGain32(wide, 0, wide.length, gainFactorOfDb(0));
    expect([...wide]).toEqual([-0x80000000, -1, 0, 1, 0x7fffffff]);
  });

  it('cuts off towards zero and limits what goes out of range', () => {
    const samples = Int16Array.from([3, -3, 20_000, -20_000, 32_767, -32_768]);
    applyGain16(samples, 0, 2, 0.5);
    applyGain16(samples, 2, 4, 2);
    expect([...samples]).toEqual([1, -1, 32_767, -32_768, 32_767, -32_768]);
    const wide = Int32Array.from([5, -5, 2 ** 30, -(2 ** 30) - 1]);
    applyGain32(wide, 0, 2, 0.5);
    applyGain32(wide, 2, 2, 2);
    expect([...wide]).toEqual([2, -2, 0x7fffffff, -0x80000000]);
  });

  it('stays within one step of the exact product at every gain that a client can ask for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -0x8000, max: 0x7fff }),
        fc.integer({ min: -100, max: 100 }),
        (value, gainDb) => {
          const exact = value * gainFactorOfDb(gainDb);
          const limited = Math.max(-0x8000, Math.min(0x7fff, exact));
          expect(Math.abs(gained16(value, gainFactorOfDb(gainDb)) - limited)).toBeLessThan(1);
        },
      ),
    );
  });

  it('touches only the range that it is given', () => {
    const samples = Int16Array.from([10, 10, 10, 10]);
    applyGain16(samples, 1, 2, 3);
    expect([...samples]).toEqual([10, 30, 30, 10]);
  });
});

describe('gain on mu-law', () => {
  it('gives the codes that the original plays, from -30 to +30 dB', () => {
    const table = vectorBytes('tables/mulaw-gain.u8');
    for (let gainDb = -30; gainDb <= 30; gainDb++) {
      const expected = [...table.subarray((gainDb + 30) * 256, (gainDb + 31) * 256)];
      const codes = expected.map((_, code) =>
        // At 0 dB the original skips its table, so that code 7F stays what it is.
        gainDb === 0 ? code : compress14(gained14(expand14(code), gainFactorOfDb(gainDb))),
      );
      expect(codes, `${gainDb} dB`).toEqual(expected);
    }
  });
});
