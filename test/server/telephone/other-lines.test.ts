// Lines of devices that are not like the telephone of 1993, and machines that are busy.
import { describe, expect, it } from 'vitest';
import { interfaceDefaults } from '#server/devices/index';
import { DTMF_RAMP_MS, dtmfSegments } from '#shared/audio/dtmf';
import { createToneGenerator } from '#shared/audio/tone';
import { fitTone } from '#test/shared/audio/tone-fit';
import { exchangeBench } from './exchange-bench.ts';
import { lastHeard } from './line-sound.ts';

describe('a line of a stereo device at 48 kHz', () => {
  const stereo = {
    ...interfaceDefaults,
    name: 'phone',
    rateHz: 48_000,
    encoding: 'LIN16',
    channelCount: 2,
    hasPhoneLine: true,
  } as const;

  it('has its tones on both channels', () => {
    const { line, phone, time } = exchangeBench([stereo]);
    line.setHook(1);
    time.advance(500);
    const samples = lastHeard(phone, 400);
    const left = samples.filter((_, i) => i % 2 === 0);
    expect(samples.filter((_, i) => i % 2 === 1)).toEqual(left);
    expect(fitTone(left, 350, 48_000).levelDb).toBeGreaterThan(60);
  });

  it('is dialed by request and with tones on either channel', () => {
    const { dialed, line, phone, time } = exchangeBench([stereo]);
    line.setHook(1);
    line.dial('12');
    time.advance(1_000);
    const options = { rateHz: 48_000, repeat: false, rampMs: DTMF_RAMP_MS };
    const generator = createToneGenerator({ ...options, segments: dtmfSegments('345') });
    const mono = new Int16Array(generator.totalFrames);
    generator.fill16(mono, 0, mono.length);
    const samples = Int16Array.from({ length: 2 * mono.length }, (_, i) =>
      i % 2 === 0 ? (mono[i / 2] as number) : 0,
    );
    phone.play(phone.nowFrame() + 480, samples, mono.length, { preempt: false, gainDb: 0 });
    time.advance(5_000);
    expect(dialed).toEqual(['phone: 12345']);
  });
});

describe('tones on a busy machine', () => {
  /** The largest step from one sample to the next. */
  function largestStep(samples: Int16Array): number {
    let largest = 0;
    for (let i = 1; i < samples.length; i++) {
      const step = (samples[i] as number) - (samples[i - 1] as number);
      largest = Math.max(largest, Math.abs(step));
    }
    return largest;
  }

  it('have no gap where timers are up to 200 ms late', () => {
    const { line, phone, time } = exchangeBench();
    line.setHook(1);
    time.advance(300);
    const even = largestStep(lastHeard(phone, 200));
    for (let i = 0; i < 10; i++) {
      time.stall(190);
      time.advance(13);
    }
    const samples = lastHeard(phone, 2_000);
    expect(largestStep(samples)).toBeLessThanOrEqual(1.05 * even);
    expect(fitTone(samples, 350, 8_000).levelDb).toBeCloseTo(
      fitTone(samples.subarray(0, 4_000), 350, 8_000).levelDb,
      1,
    );
  });

  it('go on after the machine has slept', () => {
    const { line, phone, time } = exchangeBench();
    line.setHook(1);
    time.advance(300);
    time.stall(3_600_000);
    time.advance(220);
    // What slept as well was the dial tone's half minute, so that this is the next tone.
    expect(fitTone(lastHeard(phone, 200), 620, 8_000).levelDb).toBeGreaterThan(40);
  });
});
