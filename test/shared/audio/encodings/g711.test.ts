// mu-law and A-law, code by code, against what the original's routines made.
import { describe, expect, it } from 'vitest';
import { aLawCodec, aLawCompress14, aLawExpand16 } from '#shared/audio/encodings/alaw';
import { aLawToMuLaw, muLawToALaw } from '#shared/audio/encodings/g711-direct';
import { muLawCodec, muLawCompress14, muLawExpand16 } from '#shared/audio/encodings/mulaw';
import { readInt16Vector, readVector, testSignal } from './reference-vectors.ts';
import { decodeStream, encodeStream } from './whole-streams.ts';

const allCodes = Uint8Array.from({ length: 256 }, (_, code) => code);
const all16BitValues = Int16Array.from({ length: 0x10000 }, (_, index) => index);

const in14Bits = (expand16: Int16Array) => expand16.map((value) => value >> 2);

const laws = [
  {
    name: 'mu-law',
    file: 'mulaw',
    codec: muLawCodec,
    expand14: in14Bits(muLawExpand16),
    expand16: muLawExpand16,
    compress14: muLawCompress14,
    codesThatDoNotComeBack: [0x7f],
  },
  {
    name: 'A-law',
    file: 'alaw',
    codec: aLawCodec,
    expand14: in14Bits(aLawExpand16),
    expand16: aLawExpand16,
    compress14: aLawCompress14,
    codesThatDoNotComeBack: [],
  },
];

describe.each(laws)('$name', (law) => {
  it('expands every code as the original does', () => {
    expect(law.expand16).toEqual(readInt16Vector(`tables/${law.file}-expand16.s16le`));
    expect(law.expand14).toEqual(readInt16Vector(`tables/${law.file}-expand14.s16le`));
    expect(decodeStream(law.codec, allCodes)).toEqual(law.expand16);
  });

  it('compresses all 65,536 values as the original does', () => {
    const expected = readVector(`tables/lin16-to-${law.file}.u8`);
    expect(encodeStream(law.codec, all16BitValues)).toEqual(expected);
  });

  it('compresses the test signal as the original does', () => {
    expect(encodeStream(law.codec, testSignal)).toEqual(readVector(`signal/signal.${law.file}`));
  });

  it('gives back every code, but for the negative zero of mu-law', () => {
    const back = encodeStream(law.codec, decodeStream(law.codec, allCodes));
    const changed = [...allCodes].filter((code) => back[code] !== code);
    expect(changed).toEqual(law.codesThatDoNotComeBack);
  });

  it('errs by a thirty-second of the value at most', () => {
    const topLevel = Math.max(...law.expand14);
    for (let value = -topLevel; value <= topLevel; value++) {
      const decoded = law.expand14[law.compress14[value & 0x3fff] as number] as number;
      expect(Math.abs(decoded - value)).toBeLessThanOrEqual(
        Math.max(2, (Math.abs(value) + 33) / 32),
      );
    }
  });

  it('takes the 16-bit peaks for its loudest codes', () => {
    const [lowest, highest] = decodeStream(
      law.codec,
      encodeStream(law.codec, Int16Array.of(-32768, 32767)),
    );
    expect([lowest, highest]).toEqual([Math.min(...law.expand16), Math.max(...law.expand16)]);
  });

  it('codes any number of samples, no more and no fewer', () => {
    const decoder = law.codec.createDecoder(1);
    const encoder = law.codec.createEncoder(1);
    for (let sampleCount = 0; sampleCount <= 17; sampleCount++) {
      const samples = testSignal.slice(4000, 4000 + sampleCount);
      const codes = Array.from(samples, (value) => law.compress14[(value >> 2) & 0x3fff] as number);
      const values = codes.map((code) => law.expand16[code] as number);
      const encoded = new Uint8Array(32).fill(0xee);
      const decoded = new Int16Array(32).fill(-999);
      expect(encoder.encode(samples, sampleCount, encoded, false)).toBe(sampleCount);
      expect([...encoded]).toEqual([...codes, ...Array(32 - sampleCount).fill(0xee)]);
      expect(decoder.decode(Uint8Array.from(codes), decoded, false)).toBe(sampleCount);
      expect([...decoded]).toEqual([...values, ...Array(32 - sampleCount).fill(-999)]);
    }
  });
});

describe('direct conversion between the laws', () => {
  it('follows the recommended tables', () => {
    expect(muLawToALaw).toEqual(readVector('tables/mulaw-to-alaw.u8'));
    expect(aLawToMuLaw).toEqual(readVector('tables/alaw-to-mulaw.u8'));
  });

  it('keeps the sign and never makes a louder sample quieter than a softer one', () => {
    for (let code = 0; code < 256; code++) {
      expect((muLawToALaw[code] as number) & 0x80).toBe(code & 0x80);
      expect((aLawToMuLaw[code] as number) & 0x80).toBe(code & 0x80);
    }
    for (let magnitude = 1; magnitude < 128; magnitude++) {
      const inALaw = (step: number) => (muLawToALaw[0xff - step] as number) ^ 0xd5;
      const inMuLaw = (step: number) => 0xff - (aLawToMuLaw[0xd5 ^ step] as number);
      expect(inALaw(magnitude)).toBeGreaterThanOrEqual(inALaw(magnitude - 1));
      expect(inMuLaw(magnitude)).toBeGreaterThanOrEqual(inMuLaw(magnitude - 1));
    }
  });
});
