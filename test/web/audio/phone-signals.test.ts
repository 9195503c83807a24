// What a telephone in the page sounds like by itself.
import { describe, expect, it } from 'vitest';
import { createToneGenerator } from '#shared/audio/tone';
import { phoneSignals } from '#web/audio/phone-signals';

const RATE_HZ = 8_000;

function made(name: keyof typeof phoneSignals): Float32Array {
  const { segments } = phoneSignals[name];
  const generator = createToneGenerator({ rateHz: RATE_HZ, segments, repeat: false, rampMs: 5 });
  const samples = new Float32Array(generator.totalFrames);
  generator.fillFloat(samples, 0, samples.length);
  return samples;
}

const secondsOf = (samples: Float32Array) => samples.length / RATE_HZ;

describe('the bell', () => {
  it('rings 2 s of 6, over and over, as the line does', () => {
    const samples = made('ring');
    expect(secondsOf(samples)).toBe(6);
    const lastLoud = samples.findLastIndex((sample) => sample !== 0);
    expect(lastLoud / RATE_HZ).toBeCloseTo(2, 2);
    expect(phoneSignals.ring.repeats).toBe(true);
  });
});

describe('a signal', () => {
  it.each(Object.keys(phoneSignals) as (keyof typeof phoneSignals)[])(
    'has an end and is far from clipping: %s',
    (name) => {
      const samples = made(name);
      expect(secondsOf(samples)).toBeGreaterThan(0.5);
      expect(secondsOf(samples)).toBeLessThanOrEqual(6);
      const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      expect(loudest).toBeGreaterThan(0.03);
      expect(loudest).toBeLessThan(0.35);
    },
  );

  it('of a call that is over comes once', () => {
    for (const name of ['busy', 'notAnswered', 'ended'] as const) {
      expect(phoneSignals[name].repeats).toBe(false);
    }
  });
});
