// Mixing and clipping, against one sample after the other and against the original's table.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gained16, gainFactorOfDb } from '#shared/audio/gain';
import { clipTo16, mixInto, replaceInto } from '#shared/audio/mix';
import { vectorBytes } from '#test/shared/audio/kernel-vectors';
import { compress14, expand14 } from '#test/shared/audio/mulaw-reference';

const anySamples = fc
  .array(fc.integer({ min: -0x8000, max: 0x7fff }), { maxLength: 40 })
  .map((values) => Int16Array.from(values));
const anyPlace = fc.record({
  samples: anySamples,
  skip: fc.nat(5),
  at: fc.nat(9),
  stride: fc.integer({ min: 1, max: 3 }),
  gainDb: fc.constantFrom(0, 0, -100, -6, 6, 100),
});

/** An accumulator with something in every place. */
function filledAccumulator(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => 1000 * (i % 7) - 3000);
}

describe('mixing', () => {
  it('adds, one sample after the other, at any place, stride and gain', () => {
    fc.assert(
      fc.property(anyPlace, ({ samples, skip, at, stride, gainDb }) => {
        const count = Math.max(0, samples.length - skip);
        const factor = gainFactorOfDb(gainDb);
        const mixed = filledAccumulator(160);
        const expected = mixed.map((held, i) => {
          const sample = (i - at) / stride;
          const inRange = Number.isInteger(sample) && sample >= 0 && sample < count;
          return inRange ? held + gained16(samples[skip + sample] ?? 0, factor) : held;
        });
        mixInto(mixed, at, samples, skip, count, factor, stride);
        expect(mixed).toEqual(expected);
      }),
    );
  });

  it('replaces, when it preempts, only what it covers', () => {
    fc.assert(
      fc.property(anyPlace, ({ samples, skip, at, stride, gainDb }) => {
        const count = Math.max(0, samples.length - skip);
        const factor = gainFactorOfDb(gainDb);
        const mixed = filledAccumulator(160);
        const expected = mixed.map((held, i) => {
          const sample = (i - at) / stride;
          const inRange = Number.isInteger(sample) && sample >= 0 && sample < count;
          return inRange ? gained16(samples[skip + sample] ?? 0, factor) : held;
        });
        replaceInto(mixed, at, samples, skip, count, factor, stride);
        expect(mixed).toEqual(expected);
      }),
    );
  });

  it('does not depend on the order in which sounds arrive, even where they clip', () => {
    fc.assert(
      fc.property(fc.array(anySamples, { minLength: 2, maxLength: 5 }), (sounds) => {
        const outputs = [sounds, sounds.toReversed()].map((order) => {
          const accumulator = new Int32Array(40);
          for (const sound of order) mixInto(accumulator, 0, sound, 0, sound.length);
          const output = new Int16Array(40);
          clipTo16(accumulator, 0, output, 0, 40);
          return output;
        });
        expect(outputs[0]).toEqual(outputs[1]);
      }),
    );
  });

  it('holds 65,536 sounds at full scale on top of each other', () => {
    const accumulator = new Int32Array(1);
    for (let i = 0; i < 65_536; i++) mixInto(accumulator, 0, Int16Array.of(-0x8000), 0, 1);
    expect(accumulator[0]).toBe(-(2 ** 31));
    for (let i = 0; i < 65_535; i++) mixInto(accumulator, 0, Int16Array.of(0x7fff), 0, 1, 1000);
    expect(accumulator[0]).toBe(-(2 ** 31) + 65_535 * 0x7fff);
  });

  it('keeps the two channels of a stereo buffer apart when mono sounds play on one', () => {
    const stereo = new Int32Array(8);
    mixInto(stereo, 0, Int16Array.of(1, 2, 3, 4), 0, 4, 1, 2);
    replaceInto(stereo, 1, Int16Array.of(-1, -2, -3, -4), 0, 4, 1, 2);
    mixInto(stereo, 3, Int16Array.of(10), 0, 1, 2, 2);
    expect([...stereo]).toEqual([1, -1, 2, 18, 3, -3, 4, -4]);
    const right = new Int16Array(4);
    clipTo16(stereo, 1, right, 0, 4, 2);
    expect([...right]).toEqual([-1, 18, -3, -4]);
  });
});

describe('clipping', () => {
  it('limits once, on the way out, and leaves everything in range as it is', () => {
    const accumulator = Int32Array.of(-(2 ** 31), -32_769, -32_768, 0, 32_767, 32_768, 2 ** 31 - 1);
    const output = new Int16Array(9).fill(7);
    clipTo16(accumulator, 0, output, 1, 7);
    expect([...output]).toEqual([7, -32_768, -32_768, -32_768, 0, 32_767, 32_767, 32_767, 7]);
  });

  it('does the same for every count and place, in one channel and in all', () => {
    const sums = Int32Array.from({ length: 90 }, (_, i) => (i % 2 === 0 ? -1 : 1) * 1_500 * i);
    const clipped = Array.from(sums, (sum) => Math.max(-32_768, Math.min(32_767, sum)));
    for (let count = 0; count <= 40; count++) {
      for (const stride of [1, 2]) {
        const output = new Int16Array(count + 4).fill(7);
        clipTo16(sums, 5, output, 3, count, stride);
        const wanted = Array.from({ length: count }, (_, i) => clipped[5 + i * stride]);
        expect([...output]).toEqual([7, 7, 7, ...wanted, 7]);
      }
    }
  });
});

describe('mixing mu-law in 16-bit scale', () => {
  it('gives the code that the original plays for every pair of codes', () => {
    const expected = vectorBytes('tables/mulaw-mix.u8');
    const everyCode = Int16Array.from({ length: 256 }, (_, code) => 4 * expand14(code));
    const accumulator = new Int32Array(256);
    const clipped = new Int16Array(256);
    const mixed = new Uint8Array(65_536);
    for (let held = 0; held < 256; held++) {
      accumulator.fill(everyCode[held] ?? 0);
      mixInto(accumulator, 0, everyCode, 0, 256);
      clipTo16(accumulator, 0, clipped, 0, 256);
      mixed.set(
        [...clipped].map((sum) => compress14(sum >> 2)),
        256 * held,
      );
    }
    expect(Buffer.compare(mixed, expected)).toBe(0);
  });

  it('rests on the expansion of the original', () => {
    const bytes = vectorBytes('tables/mulaw-expand14.s16le');
    const table = new DataView(bytes.buffer, bytes.byteOffset);
    for (let code = 0; code < 256; code++) {
      expect(expand14(code)).toBeCloseTo(table.getInt16(2 * code, true), 15);
    }
  });
});
