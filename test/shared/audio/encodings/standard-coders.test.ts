// What holds for every coder of a standards body: G.721, G.723, G.722, GSM 06.10.
import { describe, expect, it } from 'vitest';
import type { Codec } from '#shared/audio/encodings/codec';
import { g722 } from '#shared/audio/encodings/g722';
import { g721, g723 } from '#shared/audio/encodings/g726';
import { gsm } from '#shared/audio/encodings/gsm/codec';
import { encodings } from '#shared/protocol/encodings';
import {
  byteCountOf,
  decodeAll,
  encodeAll,
  fixtureSamples,
  interleave,
  peakOf,
  randomBytes,
  sampleCountOf,
  snrDb,
  tone,
} from '#test/shared/audio/encodings/standard-coders';
import { seededRandom } from '#test/support/random';

const telephone = fixtureSamples('signal/signal.s16le');
const wideband = fixtureSamples('g722/wideband.s16le');
const voice = { telephone: telephone.slice(4000, 8000), wideband: wideband.slice(3400, 5000) };

/** The fidelities are a little below what the coders reach; the arithmetic is pinned elsewhere. */
const coders = [
  {
    codec: g721,
    signal: telephone,
    voice: voice.telephone,
    rateHz: 8000,
    delaySamples: 0,
    voiceSnrDb: 21.5,
    toneSnrDb: 35,
    silencePeak: 0,
    silencePeakAfterNoise: 0,
  },
  {
    codec: g723,
    signal: telephone,
    voice: voice.telephone,
    rateHz: 8000,
    delaySamples: 0,
    voiceSnrDb: 16.5,
    toneSnrDb: 27,
    silencePeak: 0,
    silencePeakAfterNoise: 0,
  },
  {
    codec: g722,
    signal: wideband,
    voice: voice.wideband,
    rateHz: 16000,
    // The mirror filter's.
    delaySamples: 22,
    voiceSnrDb: 13.5,
    toneSnrDb: 46,
    silencePeak: 0,
    // An offset that the predictor's rounding holds up.
    silencePeakAfterNoise: 64,
  },
  {
    codec: gsm,
    signal: telephone,
    voice: voice.telephone,
    rateHz: 8000,
    delaySamples: 0,
    voiceSnrDb: 9,
    toneSnrDb: 33,
    // Its smallest pulses.
    silencePeak: 16,
    silencePeakAfterNoise: 32,
  },
].map((coder) => ({ name: coder.codec.encoding, ...coder }));

/** Samples of one channel in the smallest block that can be coded. */
function samplesPerUnit(codec: Codec<'int16'>): number {
  return encodings[codec.encoding].samplesPerUnit;
}

function silentBytes(codec: Codec<'int16'>, sampleCount: number): Uint8Array {
  const bytes = new Uint8Array(byteCountOf(codec, sampleCount));
  for (let i = 0; i < bytes.length; i += codec.silence.length) bytes.set(codec.silence, i);
  return bytes;
}

/** Cuts `total` units into blocks of random size, none included. */
function* randomBlocks(total: number, seed: number): Generator<[first: number, count: number]> {
  const random = seededRandom(seed);
  for (let first = 0; first < total; ) {
    const count = Math.min(total - first, random(12));
    yield [first, count];
    first += count;
  }
}

function encodeInBlocks(codec: Codec<'int16'>, samples: Int16Array, seed: number): Uint8Array {
  const encoder = codec.createEncoder(1);
  const bytes = new Uint8Array(byteCountOf(codec, samples.length));
  const unit = samplesPerUnit(codec);
  let written = 0;
  for (const [first, count] of randomBlocks(samples.length / unit, seed)) {
    const block = samples.subarray(first * unit);
    written += encoder.encode(block, count * unit, bytes.subarray(written), false);
  }
  return bytes;
}

function decodeInBlocks(codec: Codec<'int16'>, bytes: Uint8Array, seed: number): Int16Array {
  const decoder = codec.createDecoder(1);
  const samples = new Int16Array(sampleCountOf(codec, bytes.length));
  const unit = codec.silence.length;
  let written = 0;
  for (const [first, count] of randomBlocks(bytes.length / unit, seed)) {
    const block = bytes.subarray(first * unit, (first + count) * unit);
    written += decoder.decode(block, samples.subarray(written), false);
  }
  return samples;
}

/** The units of two channels, one after the other in turn. */
function interleaveUnits(codec: Codec<'int16'>, left: Uint8Array, right: Uint8Array): Uint8Array {
  const unit = codec.silence.length;
  const both = new Uint8Array(left.length + right.length);
  for (let i = 0; i < left.length; i += unit) {
    both.set(left.subarray(i, i + unit), 2 * i);
    both.set(right.subarray(i, i + unit), 2 * i + unit);
  }
  return both;
}

describe.each(coders)('$name', (coder) => {
  const { codec, signal, delaySamples } = coder;

  it('keeps a voice recognisable', () => {
    const heard = decodeAll(codec, encodeAll(codec, coder.voice));
    expect(snrDb(coder.voice, heard, delaySamples)).toBeGreaterThan(coder.voiceSnrDb);
  });

  it('keeps a tone clean once it has settled', () => {
    const meant = tone(8000, 1000, coder.rateHz, 10000);
    const heard = decodeAll(codec, encodeAll(codec, meant));
    expect(snrDb(meant, heard, delaySamples, 800)).toBeGreaterThan(coder.toneSnrDb);
  });

  it('gives the same for random blocks as for one', () => {
    const bytes = encodeAll(codec, signal);
    const samples = decodeAll(codec, bytes);
    for (let seed = 1; seed <= 5; seed++) {
      expect(encodeInBlocks(codec, signal, seed), `seed ${seed}`).toEqual(bytes);
      expect(decodeInBlocks(codec, bytes, seed), `seed ${seed}`).toEqual(samples);
    }
  });

  it('codes two channels as it codes each alone', () => {
    const half = signal.length / 2;
    const [left, right] = [signal.slice(0, half), signal.slice(half)];
    const bytes = interleaveUnits(codec, encodeAll(codec, left), encodeAll(codec, right));
    expect(encodeAll(codec, interleave(left, right), 2)).toEqual(bytes);
    const decoded = interleave(
      decodeAll(codec, encodeAll(codec, left)),
      decodeAll(codec, encodeAll(codec, right)),
    );
    expect(decodeAll(codec, bytes, 2)).toEqual(decoded);
  });

  it('starts anew when it is reset', () => {
    const bytes = encodeAll(codec, signal);
    const encoder = codec.createEncoder(1);
    const bytesAgain = new Uint8Array(bytes.length);
    encoder.encode(signal, samplesPerUnit(codec) * 20, bytesAgain, false);
    encoder.reset();
    encoder.encode(signal, signal.length, bytesAgain, false);
    expect(bytesAgain).toEqual(bytes);

    const samples = decodeAll(codec, bytes);
    const decoder = codec.createDecoder(1);
    const samplesAgain = new Int16Array(samples.length);
    decoder.decode(bytes.subarray(0, codec.silence.length * 20), samplesAgain, false);
    decoder.reset();
    decoder.decode(bytes, samplesAgain, false);
    expect(samplesAgain).toEqual(samples);
  });

  it('decodes random bytes without leaving 16 bits', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const bytes = randomBytes(byteCountOf(codec, 32000), seed);
      const wide = new Float64Array(sampleCountOf(codec, bytes.length));
      const decoder = codec.createDecoder(1);
      expect(decoder.decode(bytes, wide as unknown as Int16Array, false)).toBe(wide.length);
      expect(
        wide.every((sample) => sample === (sample << 16) >> 16),
        `seed ${seed}`,
      ).toBe(true);
    }
  });

  it('decodes any byte that never ends', () => {
    for (let byte = 0; byte < 256; byte++) {
      const bytes = new Uint8Array(byteCountOf(codec, 3200)).fill(byte);
      const wide = new Float64Array(sampleCountOf(codec, bytes.length));
      codec.createDecoder(1).decode(bytes, wide as unknown as Int16Array, false);
      expect(
        wide.every((sample) => sample === (sample << 16) >> 16),
        `byte ${byte}`,
      ).toBe(true);
    }
  });

  it('survives the loudest input', () => {
    const random = seededRandom(7);
    const loud = Int16Array.from({ length: 16000 }, (_, i) =>
      i < 8000 ? (random(2) === 0 ? -32768 : 32767) : (i >> 4) % 2 === 0 ? -32768 : 32767,
    );
    expect(peakOf(decodeAll(codec, encodeAll(codec, loud)))).toBeGreaterThan(16384);
  });

  it('has a silence of one unit that decodes to almost nothing', () => {
    expect(codec.silence.length).toBe(encodings[codec.encoding].bytesPerUnit);
    expect(peakOf(decodeAll(codec, silentBytes(codec, 16000)))).toBe(coder.silencePeak);
  });

  it('falls silent after noise', () => {
    const noise = randomBytes(silentBytes(codec, 1600).length, 11);
    const silence = silentBytes(codec, 16000);
    const heard = decodeAll(codec, Uint8Array.from([...noise, ...silence]));
    expect(peakOf(heard.slice(9600))).toBeLessThanOrEqual(coder.silencePeakAfterNoise);
  });

  it('encodes silence to near silence', () => {
    const heard = decodeAll(codec, encodeAll(codec, new Int16Array(16000)));
    expect(peakOf(heard)).toBeLessThanOrEqual(16);
  });
});
