// Fades: their shape, their turns, and that blocks make no difference.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFade, type FadeShape } from '#shared/audio/fade';

const ones = (count: number) => new Float32Array(count).fill(1);
const shapes: FadeShape[] = ['linear', 'raisedCosine'];

describe('fade', () => {
  it('rises from silence to full level over its duration and then stays', () => {
    const fade = createFade({ channelCount: 1, durationFrames: 4, shape: 'linear' });
    fade.reset(0);
    fade.fadeIn();
    const samples = ones(6);
    fade.apply(samples, 0, 6);
    expect([...samples]).toEqual([0, 0.25, 0.5, 0.75, 1, 1]);
    expect(fade.isSettled).toBe(true);
  });

  it('falls to silence and leaves silence behind it', () => {
    const fade = createFade({ channelCount: 1, durationFrames: 4, shape: 'linear' });
    fade.fadeOut();
    const samples = ones(6);
    fade.apply(samples, 0, 6);
    expect([...samples]).toEqual([1, 0.75, 0.5, 0.25, 0, 0]);
    expect(fade.isSettled).toBe(true);
  });

  it('has no corner at either end when it is a raised cosine', () => {
    const fade = createFade({ channelCount: 1, durationFrames: 100, shape: 'raisedCosine' });
    fade.fadeOut();
    const samples = ones(102);
    fade.apply(samples, 0, 102);
    const steps = [...samples].slice(1).map((sample, i) => (samples[i] ?? 0) - sample);
    expect(Math.max(steps[0] ?? 1, steps[99] ?? 1)).toBeLessThan(0.0003);
    expect(Math.max(...steps)).toBeLessThan(Math.PI / 200 + 1e-6);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    expect(samples[50]).toBeCloseTo(0.5, 6);
  });

  it('treats all channels of a frame alike', () => {
    const fade = createFade({ channelCount: 2, durationFrames: 2, shape: 'linear' });
    fade.fadeOut();
    const samples = Int16Array.of(100, -100, 100, -100, 100, -100);
    fade.apply(samples, 0, 3);
    expect([...samples]).toEqual([100, -100, 50, -50, 0, 0]);
  });

  it('turns in mid-fade from the gain reached, without a jump', () => {
    const fade = createFade({ channelCount: 1, durationFrames: 4, shape: 'linear' });
    fade.fadeOut();
    const samples = ones(8);
    fade.apply(samples, 0, 2);
    fade.fadeIn();
    fade.apply(samples, 2, 6);
    expect([...samples]).toEqual([1, 0.75, 0.5, 0.75, 1, 1, 1, 1]);
  });

  it('does the same however the blocks are cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...shapes),
        fc.integer({ min: 0, max: 20 }),
        fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }),
        (shape, durationFrames, blocks) => {
          const frameCount = blocks.reduce((sum, frames) => sum + frames, 0);
          const whole = ones(2 * frameCount);
          const cut = ones(2 * frameCount);
          const once = createFade({ channelCount: 2, durationFrames, shape });
          once.fadeOut();
          once.apply(whole, 0, frameCount);
          const often = createFade({ channelCount: 2, durationFrames, shape });
          often.fadeOut();
          let at = 0;
          for (const frames of blocks) {
            often.apply(cut, at, frames);
            at += frames;
          }
          expect(cut).toEqual(whole);
        },
      ),
    );
  });

  it('leaves the sound alone at full level', () => {
    const fade = createFade({ channelCount: 1, durationFrames: 10, shape: 'raisedCosine' });
    const samples = Float32Array.of(0.1, -0.2, 0.3);
    fade.apply(samples, 0, 3);
    expect(samples).toEqual(Float32Array.of(0.1, -0.2, 0.3));
  });
});
