// What holds for every codec alike, whichever are in the table.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Codec } from '#shared/audio/encodings/codec';
import { codecFor, codecs } from '#shared/audio/encodings/codecs';
import { createDecoder16, createEncoder16 } from '#shared/audio/encodings/linear-coders';
import { bytesPerUnit, fillSilence, framesPerUnit } from '#shared/audio/encodings/units';
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import { snrDb, testSignal } from './reference-vectors.ts';
import { decodeStream, encodeStream } from './whole-streams.ts';

/** Just below what is achieved on the test signal, clipped peaks included. */
const leastSnrDb: Partial<Record<EncodingName, number>> = {
  MU255: 35.3,
  ALAW: 36.8,
  LIN16: Number.POSITIVE_INFINITY,
  LIN32: Number.POSITIVE_INFINITY,
  IMA: 17.2,
  CRLADPCM2: 11.2,
  CRLADPCM3: 15.3,
  CRLADPCM4: 17.0,
  // The original's scale, 32768 one way and 32767 the other, costs up to one in 16 bits.
  IEEES: 81.6,
  IEEED: 81.6,
  LIN8U: 38.0,
  LIN8: 38.0,
};

const all = Object.values(codecs);
const speech = testSignal.slice(4000, 4000 + 960);

it('has the codecs that the original accepts, and refuses those that have none', () => {
  for (const name of Object.keys(leastSnrDb) as EncodingName[]) {
    expect(codecFor(name)?.encoding).toBe(name);
  }
  for (const name of ['UNKNOWN', 'LPC10', 'CELP1016', 'MPEG', 'VSELP'] as const) {
    expect(codecFor(name)).toBeUndefined();
  }
});

describe.each(Object.entries(leastSnrDb))('%s', (name, leastDb) => {
  it(`keeps the test signal to ${leastDb} dB`, () => {
    const codec = codecFor(name as EncodingName) as Codec;
    const decoded = decodeStream(codec, encodeStream(codec, testSignal));
    expect(snrDb(testSignal, decoded)).toBeGreaterThanOrEqual(leastDb);
  });
});

describe.each(all)('every codec: $encoding', (codec) => {
  const { encoding } = codec;
  const unitFrames = framesPerUnit(encoding);

  /** Cuts a stream of units at the places given, 0 to 1, sorted here. */
  function cutUnits(unitCount: number, places: readonly number[]): [number, number][] {
    const cuts = places.map((place) => Math.floor(place * unitCount)).sort((a, b) => a - b);
    const bounds = [0, ...cuts, unitCount];
    return bounds.slice(1).map((end, i) => [bounds[i] as number, end]);
  }

  const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
  const channelCounts = fc.integer({ min: 1, max: 3 });

  it('encodes in any blocks as in one', () => {
    fc.assert(
      fc.property(places, channelCounts, (cuts, channelCount) => {
        const whole = encodeStream(codec, speech, channelCount);
        const unitBytes = bytesPerUnit(encoding, channelCount);
        const unitSamples = unitFrames * channelCount;
        const encoder = createEncoder16(codec, channelCount, speech.length);
        const bytes = new Uint8Array(whole.length);
        for (const [start, end] of cutUnits(whole.length / unitBytes, cuts)) {
          const samples = speech.subarray(start * unitSamples, end * unitSamples);
          const byteCount = encoder.encode(
            samples,
            samples.length,
            bytes.subarray(start * unitBytes),
            false,
          );
          expect(byteCount).toBe((end - start) * unitBytes);
        }
        expect(bytes).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('decodes in any blocks as in one', () => {
    fc.assert(
      fc.property(places, channelCounts, (cuts, channelCount) => {
        const bytes = encodeStream(codec, speech, channelCount);
        const whole = decodeStream(codec, bytes, channelCount);
        const unitBytes = bytesPerUnit(encoding, channelCount);
        const unitSamples = unitFrames * channelCount;
        const decoder = createDecoder16(codec, channelCount, whole.length);
        const samples = new Int16Array(whole.length);
        for (const [start, end] of cutUnits(bytes.length / unitBytes, cuts)) {
          const sampleCount = decoder.decode(
            bytes.subarray(start * unitBytes, end * unitBytes),
            samples.subarray(start * unitSamples),
            false,
          );
          expect(sampleCount).toBe((end - start) * unitSamples);
        }
        expect(samples).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('codes each channel by itself and interleaves by units', () => {
    const channels = [speech, testSignal.slice(8000, 8960), testSignal.slice(12000, 12960)];
    const interleaved = Int16Array.from(
      { length: 3 * 960 },
      (_, i) => channels[i % 3]?.[Math.floor(i / 3)] as number,
    );
    const together = encodeStream(codec, interleaved, 3);
    const unitBytes = bytesPerUnit(encoding, 1);
    channels.forEach((samples, channel) => {
      const alone = encodeStream(codec, samples);
      const picked = alone.map((_, i) => {
        const unit = Math.floor(i / unitBytes);
        return together[(3 * unit + channel) * unitBytes + (i % unitBytes)] as number;
      });
      expect(picked).toEqual(alone);
      const decoded = decodeStream(codec, together, 3).filter((_, i) => i % 3 === channel);
      expect(decoded).toEqual(decodeStream(codec, alone));
    });
  });

  it('starts afresh after a reset, so that a seek gives no garbage', () => {
    const bytes = encodeStream(codec, speech);
    const fresh = decodeStream(codec, bytes);
    const encoder = createEncoder16(codec, 1, speech.length);
    const decoder = createDecoder16(codec, 1, speech.length);
    const encoded = new Uint8Array(bytes.length);
    const decoded = new Int16Array(fresh.length);
    for (let round = 0; round < 2; round++) {
      encoder.encode(speech, speech.length, encoded, false);
      decoder.decode(bytes, decoded, false);
      encoder.reset();
      decoder.reset();
    }
    encoder.encode(speech, speech.length, encoded, false);
    decoder.decode(bytes, decoded, false);
    expect(encoded).toEqual(bytes);
    expect(decoded).toEqual(fresh);
  });

  it('reads and writes bytes at odd addresses', () => {
    const bytes = encodeStream(codec, speech);
    const shifted = new Uint8Array(bytes.length + 1).subarray(1);
    createEncoder16(codec, 1, speech.length).encode(speech, speech.length, shifted, false);
    expect(shifted).toEqual(bytes);
    expect(decodeStream(codec, shifted)).toEqual(decodeStream(codec, bytes));
  });

  it('says silence in one unit, which soon sounds like nothing', () => {
    expect(codec.silence.length).toBe(encodings[encoding].bytesPerUnit);
    const bytes = new Uint8Array(bytesPerUnit(encoding, 2) * Math.ceil(1920 / unitFrames));
    fillSilence(bytes, codec);
    const loudestLater = decodeStream(codec, bytes, 2)
      .subarray(640)
      .reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(loudestLater).toBeLessThanOrEqual(32);
  });
});
