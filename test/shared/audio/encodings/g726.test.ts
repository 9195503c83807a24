// G.721 and G.723 against the reference, and how their codes are packed.
import { describe, expect, it } from 'vitest';
import { g721, g723 } from '#shared/audio/encodings/g726';
import {
  decodeAll,
  encodeAll,
  fixtureBytes,
  fixtureSamples,
} from '#test/shared/audio/encodings/standard-coders';

const signal = fixtureSamples('signal/signal.s16le');

describe.each([
  { codec: g721, vector: 'signal/signal.g721' },
  { codec: g723, vector: 'signal/signal.g723-24' },
])('$codec.encoding', ({ codec, vector }) => {
  it('encodes the test signal to the bits of the reference', () => {
    expect(encodeAll(codec, signal)).toEqual(fixtureBytes(`${vector}.lowfirst`));
  });

  it('decodes them to the samples of the reference', () => {
    const samples = decodeAll(codec, fixtureBytes(`${vector}.lowfirst`));
    expect(samples).toEqual(fixtureSamples(`${vector}.decoded.s16le`));
  });
});

describe('the packing of ADPCM codes', () => {
  // The first difference is none, whose code is all ones; the second is as large as they get.
  const step = Int16Array.of(0, 8000, 0, 0, 0, 0, 0, 0);

  it('puts the first of two G.721 codes in the low half of a byte', () => {
    expect(encodeAll(g721, step)[0]).toBe(0x7f);
  });

  it('puts the first of eight G.723 codes in the lowest bits of three bytes', () => {
    expect((encodeAll(g723, step)[0] as number) & 0b111111).toBe(0b011111);
  });
});
