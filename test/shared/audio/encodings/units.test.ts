// How bytes and frames count each other, and what silence is in bytes.
import { describe, expect, it } from 'vitest';
import { crlAdpcm3Codec } from '#shared/audio/encodings/crl-adpcm';
import { lin8uCodec } from '#shared/audio/encodings/linear';
import { muLawCodec } from '#shared/audio/encodings/mulaw';
import {
  bytesForFrames,
  bytesPerUnit,
  fillSilence,
  framesForBytes,
  framesPerUnit,
} from '#shared/audio/encodings/units';
import { type EncodingName, encodings } from '#shared/protocol/encodings';

describe('units', () => {
  it('count bytes for frames in whole units of all channels', () => {
    expect(bytesForFrames('MU255', 1, 8000)).toBe(8000);
    expect(bytesForFrames('LIN16', 2, 441)).toBe(1764);
    expect(bytesForFrames('IMA', 2, 7)).toBe(6);
    expect(bytesForFrames('CRLADPCM3', 1, 15)).toBe(3);
    expect(bytesForFrames('GSM', 2, 320)).toBe(132);
  });

  it('count frames for bytes in whole units of all channels', () => {
    expect(framesForBytes('LIN32', 2, 23)).toBe(2);
    expect(framesForBytes('CRLADPCM2', 2, 3)).toBe(4);
    expect(framesForBytes('GSM', 1, 65)).toBe(160);
  });

  it('are each other’s inverse on whole units, for every encoding and channel count', () => {
    for (const encoding of Object.keys(encodings) as EncodingName[]) {
      for (const channelCount of [1, 2, 5]) {
        const byteCount = 7 * bytesPerUnit(encoding, channelCount);
        const frameCount = framesForBytes(encoding, channelCount, byteCount);
        expect(frameCount).toBe(7 * framesPerUnit(encoding));
        expect(bytesForFrames(encoding, channelCount, frameCount)).toBe(byteCount);
      }
    }
  });

  it('are nothing where the protocol gives none', () => {
    expect(bytesForFrames('MPEG', 1, 1000)).toBe(0);
    expect(framesForBytes('MPEG', 1, 1000)).toBe(0);
  });
});

describe('silence', () => {
  it('fills any number of bytes with the unit', () => {
    const pattern = [0x38, 0x8e, 0xe3];
    for (let byteCount = 0; byteCount < 40; byteCount++) {
      const bytes = new Uint8Array(byteCount);
      fillSilence(bytes, crlAdpcm3Codec);
      expect([...bytes]).toEqual(Array.from({ length: byteCount }, (_, i) => pattern[i % 3]));
    }
  });

  it('is not zero where zero is loud', () => {
    const bytes = new Uint8Array(3);
    fillSilence(bytes, muLawCodec);
    expect([...bytes]).toEqual([0xff, 0xff, 0xff]);
    fillSilence(bytes, lin8uCodec);
    expect([...bytes]).toEqual([128, 128, 128]);
  });
});
