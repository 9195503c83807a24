// A context's attributes as a mask and a list of numbers, and back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ContextAttributes,
  contextAttributes,
  readAttributes,
  requireKnownAttributes,
  writeAttributes,
} from '#shared/protocol/attributes';

const card32 = fc.integer({ min: 0, max: 0xffff_ffff });

const bitCount = (mask: number): number => mask.toString(2).replaceAll('0', '').length;

describe('attributes', () => {
  it('have the bits 0 to 5', () => {
    const masks = Object.entries(contextAttributes).map(([name, { mask }]) => [name, mask]);
    expect(masks).toEqual([
      ['recordGainDb', 1],
      ['playGainDb', 2],
      ['startTimeout', 4],
      ['endSilence', 8],
      ['preemption', 16],
      ['encoding', 32],
    ]);
  });

  it('stand in the order of their bits, gains being signed', () => {
    expect(readAttributes(0x3f, [0xffff_fffd, 5, 0xffff_ffff, 200, 1, 2])).toEqual({
      recordGainDb: -3,
      playGainDb: 5,
      startTimeout: 0xffff_ffff,
      endSilence: 200,
      preemption: 1,
      encoding: 2,
    });
    expect(readAttributes(0x22, [7, 1])).toEqual({ playGainDb: 7, encoding: 1 });
    expect(readAttributes(0, [])).toEqual({});
  });

  it('come back as they were written', () => {
    const attributes = fc.record(
      {
        recordGainDb: fc.integer(),
        playGainDb: fc.integer(),
        startTimeout: card32,
        endSilence: card32,
        preemption: card32,
        encoding: card32,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(attributes, (some) => {
        const given: Partial<ContextAttributes> = { ...some };
        const { mask, values } = writeAttributes(given);
        expect(values.every((value) => value >= 0)).toBe(true);
        expect(readAttributes(mask, values)).toEqual(given);
      }),
    );
  });

  it('are BadLength when there are not as many values as bits, whatever the bits are', () => {
    fc.assert(
      fc.property(card32, fc.array(card32, { maxLength: 33 }), (mask, values) => {
        fc.pre(bitCount(mask) !== values.length);
        expect(() => readAttributes(mask, values)).toThrow('BadLength');
      }),
    );
  });

  it.each([0x40, 0x80, 0xc0, 0x8000_0000, 0xffff_ffff])(
    'are BadValue with the whole mask when it has other bits, as %i has, after those that are known',
    (mask) => {
      const values = new Array<number>(bitCount(mask)).fill(0);
      expect(() => readAttributes(mask, values)).not.toThrow();
      const error = expect.objectContaining({ errorName: 'BadValue', value: mask });
      expect(() => requireKnownAttributes(mask)).toThrow(error);
    },
  );

  it('are nothing else than bits 0 to 5', () => {
    expect(() => requireKnownAttributes(0x3f)).not.toThrow();
  });
});
