// Nothing in shared/audio allocates per block: thousands of blocks leave the heap as it was.
import { describe, expect, it } from 'vitest';
import { averageChannels, pickChannel, placeChannel, spreadMono } from '#shared/audio/channels';
import { createDtmfDetector } from '#shared/audio/dtmf-detector';
import { codecs } from '#shared/audio/encodings/codecs';
import { createConverter } from '#shared/audio/encodings/convert';
import { createDecoder16, createEncoder16 } from '#shared/audio/encodings/linear-coders';
import { bytesForFrames } from '#shared/audio/encodings/units';
import { createFade } from '#shared/audio/fade';
import { applyGain16, applyGain32 } from '#shared/audio/gain';
import { createLevelMeter } from '#shared/audio/meter';
import { clipTo16, mixInto, replaceInto } from '#shared/audio/mix';
import { createResampler } from '#shared/audio/resampler';
import { createSilenceDetector } from '#shared/audio/silence';
import { createToneGenerator } from '#shared/audio/tone';
import { bytesPerTurn, NO_BYTES_EACH, type Work } from '#test/support/allocation';
import { testSignal } from './encodings/reference-vectors.ts';

/** Counts in samples: whole units of all encodings, and two that take turns, as blocks of clients do. */
const BLOCK_SAMPLES = [320, 160] as const;

const countOf = (turn: number) => BLOCK_SAMPLES[turn & 1] as number;
const [most] = BLOCK_SAMPLES;
const samples = testSignal.slice(4000, 4000 + most);

describe.each(Object.values(codecs))('$encoding', (codec) => {
  const blocks = BLOCK_SAMPLES.map((count) => ({
    bytes: new Uint8Array(bytesForFrames(codec.encoding, 1, count)),
    decoded: new Int16Array(count),
  }));
  const blockOf = (turn: number) => blocks[turn & 1] as (typeof blocks)[number];

  it.each([false, true])('encodes and decodes without allocating (big-endian: %s)', (bigEndian) => {
    const encoder = createEncoder16(codec, 1, most);
    const decoder = createDecoder16(codec, 1, most);
    const perBlock = bytesPerTurn((turn) => {
      const { bytes, decoded } = blockOf(turn);
      encoder.encode(samples, countOf(turn), bytes, bigEndian);
      decoder.decode(bytes, decoded, bigEndian);
    });
    expect(perBlock).toBeLessThan(NO_BYTES_EACH);
  });

  it('is converted to and from mu-law without allocating', () => {
    const muLaw = codecs.MU255;
    if (muLaw === undefined) throw new Error('There is no codec for mu-law.');
    const from = createConverter(codec, muLaw, 1, most);
    const to = createConverter(muLaw, codec, 1, most);
    const codes = BLOCK_SAMPLES.map((count) => new Uint8Array(count));
    const perBlock = bytesPerTurn((turn) => {
      const { bytes } = blockOf(turn);
      from.convert(bytes, codes[turn & 1] as Uint8Array, false, false);
      to.convert(codes[turn & 1] as Uint8Array, bytes, false, true);
    });
    expect(perBlock).toBeLessThan(NO_BYTES_EACH);
  });
});

const sums = new Int32Array(2 * most);
const stereo = new Int16Array(2 * most);
const output = new Int16Array(most);
const floats = Float32Array.from(samples, (sample) => sample / 0x8000);

const works: Readonly<Record<string, () => Work>> = {
  mixing: () => (turn) => {
    mixInto(sums, 0, samples, 0, countOf(turn));
    mixInto(sums, 0, samples, 0, countOf(turn), 0.5);
    mixInto(sums, 1, samples, 0, countOf(turn), 1, 2);
    replaceInto(sums, 0, samples, 0, countOf(turn));
    replaceInto(sums, 1, samples, 0, countOf(turn), 0.5, 2);
    clipTo16(sums, 0, output, 0, countOf(turn));
  },
  gain: () => (turn) => {
    applyGain16(output, 0, countOf(turn), 0.9);
    applyGain32(sums, 0, countOf(turn), 0.9);
  },
  'channel maps': () => (turn) => {
    spreadMono(samples, stereo, countOf(turn), 2);
    averageChannels(stereo, output, countOf(turn), 2);
    pickChannel(stereo, output, 1, countOf(turn), 2);
    placeChannel(samples, stereo, 0, countOf(turn), 2);
  },
  fades: () => {
    const fade = createFade({ channelCount: 1, durationFrames: 200, shape: 'raisedCosine' });
    return (turn) => {
      if (turn & 1) fade.fadeIn();
      else fade.fadeOut();
      fade.apply(output, 0, countOf(turn));
    };
  },
  'level meters': () => {
    const meter = createLevelMeter();
    return (turn) => {
      meter.add16(samples, 0, countOf(turn));
      meter.addFloat(floats, 0, countOf(turn));
    };
  },
  'silence detection': () => {
    const options = { samplesPerSecond: 8_000, thresholdDbfs: -60, holdMs: 100 };
    const detector = createSilenceDetector(options);
    return (turn) => {
      detector.add16(samples, 0, countOf(turn));
    };
  },
  'resampling in floating point': () => {
    const resampler = createResampler({ channelCount: 2, ratio: 1.0005, maxInputFrames: most / 2 });
    const resampled = new Float32Array(2 * resampler.maxOutputFrames(most / 2));
    return (turn) => {
      resampler.process(floats, countOf(turn) / 2, resampled);
    };
  },
  'resampling in 16 bits': () => {
    const resampler = createResampler({ channelCount: 1, ratio: 1 / 6, maxInputFrames: most });
    const resampled = new Int16Array(resampler.maxOutputFrames(most));
    return (turn) => {
      resampler.process16(samples, countOf(turn), resampled);
    };
  },
  tones: () => {
    const generator = createToneGenerator({
      rateHz: 8_000,
      segments: [{ tones: [{ frequencyHz: 770, levelDbfs: -9 }], durationMs: 60 }],
      repeat: true,
      rampMs: 3,
    });
    return (turn) => {
      generator.fill16(output, 0, countOf(turn));
      generator.fillFloat(floats, 0, countOf(turn));
    };
  },
  'DTMF detection': () => {
    const detector = createDtmfDetector({ rateHz: 8_000, onEvent() {} });
    return (turn) => detector.add16(samples, 0, countOf(turn));
  },
};

it.each(Object.entries(works))('%s allocates nothing', (_name, create) => {
  expect(bytesPerTurn(create())).toBeLessThan(NO_BYTES_EACH);
});

it('would notice one small object for each block', () => {
  const kept: unknown[] = [undefined];
  const perBlock = bytesPerTurn((turn) => {
    kept[0] = { turn };
  });
  expect(perBlock).toBeGreaterThan(NO_BYTES_EACH);
});
