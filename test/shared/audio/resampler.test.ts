// The resampler: how clean it is, when its frames come, and that blocks make no difference.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createResampler,
  MAX_RATIO_CHANGE,
  type Resampler,
  type ResamplerOptions,
} from '#shared/audio/resampler';
import { fitTone, rmsDb, sine } from '#test/shared/audio/tone-fit';
import { seededNoise } from '#test/support/random';

const BLOCK_FRAMES = 960;

function make(options: Partial<ResamplerOptions> & { ratio: number }): Resampler {
  return createResampler({ channelCount: 1, maxInputFrames: BLOCK_FRAMES, ...options });
}

/** Runs a whole sound through in blocks, and silence behind it until its last frame is out. */
function resampleAll(resampler: Resampler, input: Float32Array, channelCount = 1): Float32Array {
  const tail = new Float32Array((resampler.latencyFrames + 1) * channelCount);
  const sound = Float32Array.from([...input, ...tail]);
  const output: number[] = [];
  for (let at = 0; at < sound.length; at += BLOCK_FRAMES * channelCount) {
    const block = sound.subarray(at, at + BLOCK_FRAMES * channelCount);
    const inputFrames = block.length / channelCount;
    const blockOutput = new Float32Array(resampler.maxOutputFrames(inputFrames) * channelCount);
    const frames = resampler.process(block, inputFrames, blockOutput);
    output.push(...blockOutput.subarray(0, frames * channelCount));
  }
  return Float32Array.from(output);
}

/** Leaves out the ends, where the kernel sees the silence around the sound. */
function middle(samples: Float32Array): Float32Array {
  return samples.subarray(samples.length / 4, (samples.length * 3) / 4);
}

const SAME_BAND_RATES: [inputHz: number, outputHz: number][] = [
  [48_000, 48_024],
  [48_024, 48_000],
  [44_100, 48_000],
  [48_000, 44_100],
];

describe('resampler quality', () => {
  for (const taps of [16, 32] as const) {
    for (const [inputHz, outputHz] of SAME_BAND_RATES) {
      it(`keeps tones up to 15 kHz 85 dB above the rest from ${inputHz} to ${outputHz} Hz with ${taps} taps`, () => {
        for (const toneHz of [1000, 5000, 10_000, 15_000]) {
          const input = sine(toneHz, inputHz, 12_000);
          const output = resampleAll(make({ ratio: outputHz / inputHz, taps }), input);
          const { snrDb, levelDb } = fitTone(middle(output), toneHz, outputHz);
          expect(snrDb, `${toneHz} Hz`).toBeGreaterThan(85);
          expect(Math.abs(levelDb), `${toneHz} Hz`).toBeLessThan(0.2);
        }
      });
    }
  }

  for (const inputHz of [44_100, 48_000, 16_000]) {
    it(`lets nothing from 4 kHz on fold back when it goes from ${inputHz} to 8000 Hz`, () => {
      for (let toneHz = 4000; toneHz < inputHz / 2; toneHz += inputHz > 20_000 ? 487 : 131) {
        const input = sine(toneHz, inputHz, inputHz / 4);
        const output = resampleAll(make({ ratio: 8000 / inputHz }), input);
        expect(rmsDb(middle(output)) - rmsDb(input), `${toneHz} Hz`).toBeLessThan(-80);
      }
    });
  }

  it('passes the telephone band flat when it goes down to 8 kHz', () => {
    for (const toneHz of [50, 300, 1000, 2000, 3000, 3400]) {
      const output = resampleAll(make({ ratio: 8000 / 48_000 }), sine(toneHz, 48_000, 24_000));
      const { snrDb, levelDb } = fitTone(middle(output), toneHz, 8000);
      expect(Math.abs(levelDb), `${toneHz} Hz`).toBeLessThan(0.1);
      expect(snrDb, `${toneHz} Hz`).toBeGreaterThan(85);
    }
  });

  it('leaves no image of telephone sound when 32 taps bring it up to 48 kHz', () => {
    for (const toneHz of [300, 1000, 2000, 3000, 3400]) {
      const output = resampleAll(make({ ratio: 6, taps: 32 }), sine(toneHz, 8000, 4000));
      const { snrDb, levelDb } = fitTone(middle(output), toneHz, 48_000);
      expect(snrDb, `${toneHz} Hz`).toBeGreaterThan(80);
      expect(Math.abs(levelDb), `${toneHz} Hz`).toBeLessThan(0.3);
    }
  });

  it('keeps a steady level exactly steady', () => {
    for (const ratio of [1.0005, 48_000 / 44_100, 0.1667, 6]) {
      const output = resampleAll(make({ ratio }), new Float32Array(8000).fill(0.5));
      for (const sample of middle(output)) expect(sample).toBeCloseTo(0.5, 6);
    }
  });
});

describe('resampler timing', () => {
  it('puts output frame n at input frame n / ratio', () => {
    for (const ratio of [1, 1.0005, 48_000 / 44_100, 0.5, 1 / 6, 6]) {
      const step = (2 * Math.PI) / 97;
      const input = new Float32Array(6000).map((_, i) => Math.sin(step * i));
      const output = resampleAll(make({ ratio }), input);
      for (let n = Math.ceil(1500 * ratio); n < 4500 * ratio; n++) {
        expect(output[n]).toBeCloseTo(Math.sin((step * n) / ratio), 3);
      }
    }
  });

  it('gives as many frames as the ratio says, once the latency is over', () => {
    for (const [inputHz, outputHz] of [...SAME_BAND_RATES, [48_000, 8000], [8000, 48_000]]) {
      const resampler = make({ ratio: Number(outputHz) / Number(inputHz) });
      const input = new Float32Array(480);
      const output = new Float32Array(resampler.maxOutputFrames(480));
      let frames = 0;
      for (let block = 0; block < 1000; block++) frames += resampler.process(input, 480, output);
      const expected = ((480_000 - resampler.latencyFrames) * Number(outputHz)) / Number(inputHz);
      expect(Math.abs(frames - expected)).toBeLessThanOrEqual(1);
    }
  });

  it('has a latency of half its kernel', () => {
    expect(make({ ratio: 1 }).latencyFrames).toBe(8);
    expect(make({ ratio: 1, taps: 32 }).latencyFrames).toBe(16);
    const resampler = make({ ratio: 1 });
    const output = new Float32Array(100);
    expect(resampler.process(new Float32Array(8), 8, output)).toBe(0);
    expect(resampler.process(new Float32Array(1), 1, output)).toBe(1);
  });
});

const anyRatio = fc.oneof(
  fc.constantFrom(1, 1.0005, 48_000 / 44_100, 44_100 / 48_000, 1 / 6, 6, 0.8, 0.79),
  fc.double({ min: 1 / 20, max: 20, noNaN: true }),
);
const anyBlocks = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 12 });
const anyChannelCount = fc.constantFrom(1, 2, 3);

function noise(sampleCount: number): Float32Array {
  const next = seededNoise(7);
  return new Float32Array(sampleCount).map(() => 0.2 * next());
}

describe('resampler blocks', () => {
  it('makes the same sound however its input is cut, and says beforehand how much', () => {
    fc.assert(
      fc.property(anyRatio, anyBlocks, anyChannelCount, (ratio, blocks, channelCount) => {
        const frameCount = blocks.reduce((sum, frames) => sum + frames, 0);
        const input = noise(frameCount * channelCount);
        const whole = make({ ratio, channelCount, maxInputFrames: frameCount });
        const expected = new Float32Array(whole.maxOutputFrames(frameCount) * channelCount);
        const expectedFrames = whole.process(input, frameCount, expected);

        const resampler = make({ ratio, channelCount });
        const output: number[] = [];
        let at = 0;
        for (const frames of blocks) {
          const block = input.subarray(at * channelCount, (at + frames) * channelCount);
          const blockOutput = new Float32Array(resampler.maxOutputFrames(frames) * channelCount);
          const foreseen = resampler.outputFramesFor(frames);
          const written = resampler.process(block, frames, blockOutput);
          expect(written).toBe(foreseen);
          expect(written).toBeLessThanOrEqual(resampler.maxOutputFrames(frames));
          output.push(...blockOutput.subarray(0, written * channelCount));
          at += frames;
        }
        expect(Float32Array.from(output)).toEqual(
          expected.subarray(0, expectedFrames * channelCount),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('fills blocks of a fixed size exactly when it is given the input that it asks for', () => {
    fc.assert(
      fc.property(
        anyRatio,
        fc.array(fc.integer({ min: 1, max: 128 }), { maxLength: 20 }),
        (ratio, wanted) => {
          const input = noise(60_000);
          const whole = make({ ratio, maxInputFrames: input.length });
          const expected = new Float32Array(whole.maxOutputFrames(input.length));
          whole.process(input, input.length, expected);

          const resampler = make({ ratio, maxInputFrames: 4000 });
          const output = new Float32Array(128);
          let at = 0;
          let total = 0;
          for (const outputFrames of wanted) {
            const inputFrames = resampler.inputFramesFor(outputFrames);
            if (inputFrames > 0) {
              expect(resampler.outputFramesFor(inputFrames - 1)).toBeLessThan(outputFrames);
            }
            const block = input.subarray(at, at + inputFrames);
            expect(resampler.process(block, inputFrames, output, outputFrames)).toBe(outputFrames);
            expect(output.subarray(0, outputFrames)).toEqual(
              expected.subarray(total, total + outputFrames),
            );
            at += inputFrames;
            total += outputFrames;
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps channels apart', () => {
    const left = noise(2000);
    const right = left.map((sample, i) => (i % 3 === 0 ? -sample : 0.5 * sample));
    const stereo = new Float32Array(4000).map((_, i) => (i % 2 === 0 ? left : right)[i >> 1] ?? 0);
    const ratio = 48_000 / 44_100;
    const output = resampleAll(make({ ratio, channelCount: 2 }), stereo, 2);
    [left, right].forEach((mono, channel) => {
      const expected = resampleAll(make({ ratio }), mono);
      const picked = output.filter((_, i) => i % 2 === channel);
      expect(picked.length).toBe(expected.length);
      picked.forEach((sample, i) => {
        expect(sample).toBeCloseTo(expected[i] ?? Number.NaN, 6);
      });
    });
  });

  it('does the same in 16 bits, rounded and clipped', () => {
    const samples = Int16Array.from(noise(3000), (sample) => 32_767 * Math.sign(sample) + sample);
    const exact = make({ ratio: 1.0005, maxInputFrames: 3000 });
    const expected = new Float32Array(exact.maxOutputFrames(3000));
    const frames = exact.process(Float32Array.from(samples), 3000, expected);
    const resampler = make({ ratio: 1.0005, maxInputFrames: 3000 });
    const output = new Int16Array(expected.length);
    expect(resampler.process16(samples, 3000, output)).toBe(frames);
    const limited = expected.map((v) => Math.max(-32_768, Math.min(32_767, Math.floor(v + 0.5))));
    expect(Array.from(output)).toEqual(Array.from(limited));
    expect(expected.some((sample) => sample > 40_000)).toBe(true);
  });

  it('starts afresh after a reset', () => {
    const input = noise(900);
    const resampler = make({ ratio: 0.7 });
    const first = new Float32Array(900);
    const again = new Float32Array(900);
    const frames = resampler.process(input, 900, first);
    resampler.reset();
    expect(resampler.process(input, 900, again)).toBe(frames);
    expect(again).toEqual(first);
  });

  it('refuses more input than it was made for, rather than growing', () => {
    const resampler = make({ ratio: 1, maxInputFrames: 100 });
    const output = new Float32Array(1000);
    expect(() => resampler.process(new Float32Array(500), 500, output)).toThrow(RangeError);
  });
});

describe('resampler with a moving ratio', () => {
  it('follows it without a click', () => {
    const resampler = make({ ratio: 1, maxInputFrames: 128 });
    const toneHz = 1000;
    const step = (2 * Math.PI * toneHz) / 48_000;
    const output: number[] = [];
    const expected: number[] = [];
    const block = new Float32Array(128);
    const blockOutput = new Float32Array(resampler.maxOutputFrames(128));
    let inputPlace = 0;
    for (let n = 0; n < 400; n++) {
      // A new ratio each block: within 2 % as a rule, at times from one end to the other.
      const ratio = n % 50 === 0 ? 1 + (n % 100 === 0 ? 0.1 : -0.1) : 1 + 0.02 * Math.sin(n);
      resampler.setRatio(ratio);
      for (let i = 0; i < 128; i++) block[i] = Math.sin(step * (128 * n + i));
      const frames = resampler.process(block, 128, blockOutput);
      output.push(...blockOutput.subarray(0, frames));
      for (let i = 0; i < frames; i++) {
        expected.push(Math.sin(step * inputPlace));
        inputPlace += 1 / ratio;
      }
    }
    output.forEach((sample, i) => {
      // The first frames see the silence before the sound.
      if (i > 16) expect(Math.abs(sample - (expected[i] ?? Number.NaN))).toBeLessThan(1e-4);
    });
  });

  it('refuses a ratio for which its kernel was not made', () => {
    const resampler = make({ ratio: 0.5 });
    resampler.setRatio(0.5 * (1 + MAX_RATIO_CHANGE));
    for (const ratio of [1, 0.4, 0, -0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => resampler.setRatio(ratio)).toThrow(RangeError);
    }
  });

  it('refuses to be made for a ratio that no pair of rates has', () => {
    for (const ratio of [0, -1, 1000, 0.001, Number.NaN]) {
      expect(() => make({ ratio })).toThrow(RangeError);
    }
  });
});
