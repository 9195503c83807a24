// Tones in timed segments, the call-progress tones, and the digits of a telephone.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DTMF_DIGITS, DTMF_RAMP_MS, dtmfSegments } from '#shared/audio/dtmf';
import {
  CALL_PROGRESS,
  createToneGenerator,
  type ToneOptions,
  toneAtDbm0,
} from '#shared/audio/tone';
import { fitTone, rmsDb } from '#test/shared/audio/tone-fit';

const single = (durationMs: number, frequencyHz = 1000, levelDbfs = -6) => [
  { tones: [{ frequencyHz, levelDbfs }], durationMs },
];

function render(options: Partial<ToneOptions> & Pick<ToneOptions, 'segments'>, frames: number) {
  const generator = createToneGenerator({ rateHz: 8000, repeat: false, rampMs: 0, ...options });
  const output = new Float32Array(frames);
  const written = generator.fillFloat(output, 0, frames);
  return { generator, output: output.subarray(0, written), written };
}

describe('tone generator', () => {
  it('makes a clean sine of the frequency and level asked for', () => {
    const { output } = render({ segments: single(1000, 440, -12), rateHz: 44_100 }, 44_100);
    const { levelDb, snrDb } = fitTone(output, 440, 44_100);
    expect(levelDb).toBeCloseTo(-12, 4);
    expect(snrDb).toBeGreaterThan(130);
  });

  it('ends where its segments end, and says so by the frames it writes', () => {
    const { generator, written } = render({ segments: single(50) }, 1000);
    expect(written).toBe(400);
    expect(generator.totalFrames).toBe(400);
    expect(generator.fillFloat(new Float32Array(10), 0, 10)).toBe(0);
    generator.reset();
    expect(generator.fillFloat(new Float32Array(10), 0, 10)).toBe(10);
  });

  it('begins again after the last segment when it repeats', () => {
    const segments = [...single(10), { tones: [], durationMs: 5 }];
    const { output } = render({ segments, repeat: true }, 360);
    expect(output.subarray(120, 240)).toEqual(output.subarray(0, 120));
    expect(output.subarray(240, 360)).toEqual(output.subarray(0, 120));
    expect(output.subarray(80, 120).every((sample) => sample === 0)).toBe(true);
  });

  it('rises and falls softly at the ends of each segment', () => {
    const { output } = render({ segments: single(20, 2000, 0), rampMs: 5, rateHz: 48_000 }, 960);
    expect(output[0]).toBe(0);
    expect(output[959]).toBeCloseTo(0, 6);
    const peakOf = (from: number, to: number) =>
      Math.max(...output.subarray(from, to).map(Math.abs));
    expect(peakOf(0, 24)).toBeLessThan(0.03);
    expect(peakOf(936, 960)).toBeLessThan(0.03);
    expect(peakOf(108, 132)).toBeGreaterThan(0.45);
    expect(peakOf(240, 720)).toBeCloseTo(1, 3);
  });

  it('makes the same sound in blocks of any size', () => {
    const segments = dtmfSegments('1,2');
    fc.assert(
      fc.property(fc.array(fc.nat(700), { maxLength: 12 }), (blocks) => {
        const frameCount = blocks.reduce((sum, frames) => sum + frames, 0);
        const whole = render({ segments, rampMs: 3, repeat: true }, frameCount).output;
        const generator = createToneGenerator({ rateHz: 8000, segments, repeat: true, rampMs: 3 });
        const output = new Float32Array(frameCount);
        let at = 0;
        for (const frames of blocks) at += generator.fillFloat(output, at, frames);
        expect(output).toEqual(whole);
      }),
    );
  });

  it('rounds to 16 bits, and clips tones that are too loud together', () => {
    const tones = [
      { frequencyHz: 500, levelDbfs: 0 },
      { frequencyHz: 500, levelDbfs: 0 },
    ];
    const generator = createToneGenerator({
      rateHz: 8000,
      segments: [{ tones, durationMs: 10 }],
      repeat: false,
      rampMs: 0,
    });
    const output = new Int16Array(82).fill(5);
    expect(generator.fill16(output, 1, 81)).toBe(80);
    expect(output[0]).toBe(5);
    expect(output[5]).toBe(32_767);
    expect(output[13]).toBe(-32_768);
    expect(output[81]).toBe(5);
  });

  it('puts 0 dBm0 at 3.17 dB below the largest mu-law sine', () => {
    const { output } = render(
      { segments: [{ tones: [toneAtDbm0(1000, 0)], durationMs: 1000 }] },
      8000,
    );
    expect(fitTone(output, 1000, 8000).levelDb).toBeCloseTo(20 * Math.log10(8159 / 8192) - 3.17, 4);
  });

  it('writes nothing where there is nothing to sound', () => {
    expect(render({ segments: [], repeat: true }, 10).written).toBe(0);
    expect(render({ segments: single(0), repeat: true }, 10).written).toBe(0);
  });
});

describe('call-progress tones', () => {
  it('hum without end for a dial tone', () => {
    const { written, output } = render({ segments: CALL_PROGRESS.dial, repeat: true }, 80_000);
    expect(written).toBe(80_000);
    // An RMS lies 3 dB below the peak of a sine, and two sines have 3 dB more power than one.
    expect(rmsDb(output)).toBeCloseTo(-13 - 3.2, 1);
  });

  it('interrupt a busy tone twice a second', () => {
    const { output } = render({ segments: CALL_PROGRESS.busy, repeat: true }, 16_000);
    const isSilent = (from: number, to: number) => output.subarray(from, to).every((s) => s === 0);
    expect(isSilent(4000, 8000)).toBe(true);
    expect(isSilent(12_000, 16_000)).toBe(true);
    expect(rmsDb(output.subarray(0, 4000))).toBeCloseTo(rmsDb(output.subarray(8000, 12_000)), 6);
  });
});

describe('DTMF digits', () => {
  it('last 60 ms with 50 ms after each, so that three take a third of a second', () => {
    const { generator } = render({ segments: dtmfSegments('123') }, 0);
    expect(generator.totalFrames).toBe(0.33 * 8000);
  });

  it('are two tones of -4 and -2 dBm0', () => {
    const { output } = render({ segments: dtmfSegments('6'), rampMs: DTMF_RAMP_MS }, 480);
    const steady = output.subarray(40, 440);
    const low = fitTone(steady, 770, 8000);
    const high = fitTone(steady, 1477, 8000);
    expect(low.levelDb).toBeCloseTo(-4 - 3.2, 0);
    expect(high.levelDb).toBeCloseTo(-2 - 3.2, 0);
  });

  it('never clip', () => {
    for (const digit of DTMF_DIGITS) {
      const { output } = render({ segments: dtmfSegments(digit) }, 480);
      expect(Math.max(...output.map(Math.abs))).toBeLessThan(1);
    }
  });

  it('pause for a comma, take small letters, and skip what is no digit', () => {
    expect(dtmfSegments('(1) a-,')).toEqual([
      ...dtmfSegments('1A'),
      { tones: [], durationMs: 500 },
    ]);
  });
});
