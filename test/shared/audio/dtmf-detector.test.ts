// Which sounds are digits of a telephone, and which are only like them: noise, speech, tones that are off.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DTMF_DIGITS, DTMF_RAMP_MS, dtmfSegments } from '#shared/audio/dtmf';
import { createDtmfDetector, type DtmfEvent } from '#shared/audio/dtmf-detector';
import { createToneGenerator, type ToneSegment } from '#shared/audio/tone';
import { speechLike } from '#test/shared/audio/speech-like';
import { seededNoise } from '#test/support/random';

const DIGIT_MS = 60;
const GAP_MS = 50;

function sound(segments: readonly ToneSegment[], rateHz = 8000): Int16Array {
  const generator = createToneGenerator({ rateHz, segments, repeat: false, rampMs: DTMF_RAMP_MS });
  // Some silence behind it, in which the last digit can end.
  const samples = new Int16Array(generator.totalFrames + rateHz / 20);
  generator.fill16(samples, 0, generator.totalFrames);
  return samples;
}

/** Digits at a quarter of the dialer's amplitude, so that there is room for noise. */
function quietDigits(digits: string, rateHz = 8000): Int16Array {
  return sound(dtmfSegments(digits), rateHz).map((sample) => sample / 4);
}

function detect(samples: Int16Array, rateHz = 8000, blockSizes = [samples.length]): DtmfEvent[] {
  const events: DtmfEvent[] = [];
  const detector = createDtmfDetector({ rateHz, onEvent: (event) => events.push(event) });
  let at = 0;
  for (let block = 0; at < samples.length; block++) {
    const count = Math.min(blockSizes[block % blockSizes.length] ?? 1, samples.length - at);
    detector.add16(samples, at, count);
    at += count;
  }
  return events;
}

function digitsIn(events: DtmfEvent[]): string {
  return events
    .filter(({ kind }) => kind === 'start')
    .map(({ digit }) => digit)
    .join('');
}

function meanPower(samples: Int16Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
}

/** The RMS of noise 15 dB below digits that sound 60 ms of every 110. */
function noiseRmsFor(digits: Int16Array): number {
  const digitPower = (meanPower(digits) * (DIGIT_MS + GAP_MS)) / DIGIT_MS;
  return Math.sqrt(digitPower / 10 ** 1.5);
}

/** A pair of tones, each of -20 dBFS and shifted by its own number of dB and by a part of its pitch. */
function pair(lowDb: number, highDb: number, pitch = 1, durationMs = DIGIT_MS): Int16Array {
  return sound([
    {
      tones: [
        { frequencyHz: 852 * pitch, levelDbfs: -20 + lowDb },
        { frequencyHz: 1336 * pitch, levelDbfs: -20 + highDb },
      ],
      durationMs,
    },
  ]);
}

const manyDigits = DTMF_DIGITS.repeat(12);

describe('DTMF detector', () => {
  for (const rateHz of [8000, 11_025, 16_000, 44_100, 48_000]) {
    it(`finds every digit at 60 ms on and 50 ms off, and where it stands, at ${rateHz} Hz`, () => {
      // Doubled, so that digits follow themselves too.
      const dialled = Array.from(DTMF_DIGITS, (digit) => digit + digit).join('');
      const events = detect(quietDigits(dialled, rateHz), rateHz);
      expect(digitsIn(events)).toBe(dialled);
      expect(events.map(({ kind }) => kind)).toEqual(
        Array.from(dialled).flatMap(() => ['start', 'end']),
      );
      events.forEach(({ frame }, i) => {
        const expectedMs = (i >> 1) * (DIGIT_MS + GAP_MS) + (i % 2) * DIGIT_MS;
        expect(Math.abs((frame / rateHz) * 1000 - expectedMs)).toBeLessThan(8);
      });
    });
  }

  it('finds every digit in white noise 15 dB lower', () => {
    const digits = quietDigits(manyDigits);
    const noise = seededNoise(5);
    const noiseRms = noiseRmsFor(digits);
    const noisy = digits.map((sample) => sample + noiseRms * noise());
    expect(digitsIn(detect(noisy))).toBe(manyDigits);
  });

  for (const seed of [31, 32, 33]) {
    it(`finds every digit while speech goes on 15 dB lower (seed ${seed})`, () => {
      const digits = quietDigits(manyDigits);
      const speech = speechLike(seed, 8000, digits.length / 8000, noiseRmsFor(digits));
      const noisy = digits.map((sample, i) => sample + (speech[i] ?? 0));
      expect(digitsIn(detect(noisy))).toBe(manyDigits);
    });
  }

  it('finds no digit in ten minutes of speech', () => {
    expect(detect(speechLike(21, 8000, 600, 3000))).toEqual([]);
  });

  it('finds no digit in white noise, in silence, or in a single tone that glides through all', () => {
    const noise = seededNoise(9);
    expect(detect(Int16Array.from({ length: 480_000 }, () => 3000 * noise()))).toEqual([]);
    expect(detect(new Int16Array(8000))).toEqual([]);
    let phase = 0;
    const glide = Int16Array.from({ length: 160_000 }, (_, i) => {
      phase += (500 + i / 100) / 8000;
      return 8000 * Math.sin(2 * Math.PI * phase);
    });
    expect(detect(glide)).toEqual([]);
  });

  it('does not care how the stream is cut', () => {
    const samples = quietDigits('12,A#0');
    const expected = detect(samples);
    expect(digitsIn(expected)).toBe('12A#0');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1 }), (blockSizes) => {
        expect(detect(samples, 8000, blockSizes)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('takes a long tone for one digit', () => {
    const events = detect(pair(0, 0, 1, 2000));
    expect(events.map(({ kind, digit }) => kind + digit)).toEqual(['start8', 'end8']);
    expect(Math.abs((events[1]?.frame ?? 0) - 16_000)).toBeLessThan(64);
  });

  it('takes tones that are 1 % off, and none that are 3.5 % off', () => {
    expect(['0.99', '1.01'].map((pitch) => digitsIn(detect(pair(0, 0, Number(pitch)))))).toEqual([
      '8',
      '8',
    ]);
    expect(detect(pair(0, 0, 0.965))).toEqual([]);
    expect(detect(pair(0, 0, 1.035))).toEqual([]);
  });

  it('takes tones of unequal level up to 6 dB, and none beyond 10 dB', () => {
    expect(digitsIn(detect(pair(0, -6)))).toBe('8');
    expect(digitsIn(detect(pair(-6, 0)))).toBe('8');
    expect(detect(pair(0, -10))).toEqual([]);
    expect(detect(pair(-10, 0))).toEqual([]);
  });

  it('takes tones down to -40 dBFS, and none at -50 dBFS', () => {
    expect(digitsIn(detect(pair(-20, -20)))).toBe('8');
    expect(detect(pair(-30, -30))).toEqual([]);
  });

  it('does not take tones of 20 ms, which speech and clicks can make', () => {
    expect(detect(pair(0, 0, 1, 20))).toEqual([]);
  });

  it('forgets a digit in progress when it is reset', () => {
    const events: DtmfEvent[] = [];
    const detector = createDtmfDetector({ rateHz: 8000, onEvent: (event) => events.push(event) });
    const samples = quietDigits('7');
    detector.add16(samples, 0, 300);
    detector.reset();
    detector.add16(new Int16Array(2000), 0, 2000);
    expect(events).toEqual([]);
    detector.add16(samples, 0, samples.length);
    expect(events.map(({ kind, digit }) => kind + digit)).toEqual(['start7', 'end7']);
    expect(Math.abs((events[0]?.frame ?? 0) - 2000)).toBeLessThan(64);
  });
});
