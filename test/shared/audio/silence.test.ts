// When a sound counts as fallen silent.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSilenceDetector } from '#shared/audio/silence';

const options = { samplesPerSecond: 1000, thresholdDbfs: -40, holdMs: 20 };
// -40 dBFS in 16 bits is 327.68.
const QUIET = 327;
const LOUD = 328;

describe('silence detector', () => {
  it('tells of silence when the level has stayed below the threshold for the time', () => {
    const detector = createSilenceDetector(options);
    expect(detector.add16(new Int16Array(19).fill(-QUIET), 0, 19)).toBe(false);
    expect(detector.add16(new Int16Array(1).fill(QUIET), 0, 1)).toBe(true);
    expect(detector.isSilent).toBe(true);
  });

  it('is woken by one sample at the threshold, and waits the whole time again', () => {
    const detector = createSilenceDetector(options);
    detector.add16(new Int16Array(50), 0, 50);
    expect(detector.add16(Int16Array.of(0, -LOUD, 0), 0, 3)).toBe(false);
    expect(detector.add16(new Int16Array(18), 0, 18)).toBe(false);
    expect(detector.add16(new Int16Array(1), 0, 1)).toBe(true);
    detector.reset();
    expect(detector.isSilent).toBe(false);
  });

  it('says the same however the stream is cut', () => {
    const anyStream = fc.array(fc.constantFrom(0, QUIET, -QUIET, LOUD), { maxLength: 200 });
    fc.assert(
      fc.property(anyStream, fc.integer({ min: 1, max: 30 }), (stream, blockSize) => {
        const samples = Int16Array.from(stream);
        const lastLoud = Math.max(stream.lastIndexOf(LOUD), stream.lastIndexOf(-LOUD));
        const detector = createSilenceDetector(options);
        for (let at = 0; at < samples.length; at += blockSize) {
          detector.add16(samples, at, Math.min(blockSize, samples.length - at));
        }
        expect(detector.isSilent).toBe(samples.length - 1 - lastLoud >= 20);
      }),
    );
  });

  it('takes nothing but zeros for silence when the threshold is minus infinity', () => {
    const detector = createSilenceDetector({
      ...options,
      thresholdDbfs: Number.NEGATIVE_INFINITY,
    });
    expect(detector.add16(new Int16Array(20), 0, 20)).toBe(true);
    expect(detector.add16(Int16Array.of(1), 0, 1)).toBe(false);
  });
});
