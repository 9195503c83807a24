// What is taken back of sound that was sent already: only what nobody has heard, and without a click.
import { describe, expect, it } from 'vitest';
import { fadedOut, restOf, samplesIn } from '#cli/sound/sent-block';
import { deviceTime } from '#shared/audio/time';

const format = { encoding: 'LIN16', rateHz: 8_000, channelCount: 1, bigEndian: false } as const;
const FRAME_COUNT = 1_000;
/** 0.08 s, as long as a fade is. */
const FADE_FRAMES = 640;
const LEVEL = 10_000;

const bytes = new Uint8Array(Int16Array.from({ length: FRAME_COUNT }, () => LEVEL).buffer);
/** So close to the wrap of device time that it ends after it. */
const startTime = deviceTime(2 ** 32 - 100);
const block = { startTime, frameCount: FRAME_COUNT, bytes, isAnswered: true };

describe('a block that was sent', () => {
  it('is all there before it begins, and gone when it has ended', () => {
    expect(restOf(block, deviceTime(2 ** 32 - 200))).toEqual(block);
    expect(restOf(block, deviceTime(FRAME_COUNT - 100))).toBeUndefined();
  });

  it('is cut where time has come to, also past the wrap', () => {
    const rest = restOf(block, deviceTime(50));
    expect(rest).toMatchObject({ startTime: 50, frameCount: FRAME_COUNT - 150, isAnswered: true });
    expect(rest?.bytes.length).toBe(2 * (FRAME_COUNT - 150));
  });

  it('fades from all of it to nothing, where it is replaced', () => {
    const faded = samplesIn(fadedOut(bytes, format, 0, false), format);
    expect(faded[0]).toBe(LEVEL);
    expect(faded[FADE_FRAMES / 2]).toBe(LEVEL / 2);
    expect(faded.subarray(FADE_FRAMES).every((sample) => sample === 0)).toBe(true);
    expect(faded.toSorted((a, b) => b - a)).toEqual(faded);
  });

  it('goes on with a fade that began before it', () => {
    const faded = samplesIn(fadedOut(bytes, format, FADE_FRAMES / 2, false), format);
    expect(faded[0]).toBe(LEVEL / 2);
    expect(faded[FADE_FRAMES / 2]).toBe(0);
  });

  it('sounds the same whether it is replaced or its opposite is mixed in', () => {
    const replaced = samplesIn(fadedOut(bytes, format, 100, false), format);
    const added = samplesIn(fadedOut(bytes, format, 100, true), format);
    const mixed = added.map((sample) => sample + LEVEL);
    expect(mixed.every((sample, i) => Math.abs(sample - (replaced[i] ?? 0)) <= 1)).toBe(true);
  });
});
