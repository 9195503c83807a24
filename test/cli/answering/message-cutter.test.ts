// Where a message ends and what of it is kept, whatever blocks the sound comes in.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessageCutter, type MessageEnd } from '#cli/answering/message-cutter';
import { DTMF_RAMP_MS, dtmfSegments } from '#shared/audio/dtmf';
import { createToneGenerator, type ToneSegment } from '#shared/audio/tone';

const RATE_HZ = 8_000;
const options = { rateHz: RATE_HZ, silenceSeconds: 2, silenceDbfs: -40, maxSeconds: 60 };
/** A quarter of a second after the last sound is kept. */
const TAIL_FRAMES = 2_000;

function soundOf(segments: readonly ToneSegment[]): Int16Array {
  const generator = createToneGenerator({
    ...{ rateHz: RATE_HZ, segments, repeat: false, rampMs: DTMF_RAMP_MS },
  });
  const samples = new Int16Array(generator.totalFrames);
  generator.fill16(samples, 0, samples.length);
  return samples;
}

const voice = (seconds: number): ToneSegment => ({
  tones: [{ frequencyHz: 300, levelDbfs: -12 }],
  durationMs: seconds * 1_000,
});
const silence = (seconds: number): ToneSegment => ({ tones: [], durationMs: seconds * 1_000 });
const key = (digit: string): ToneSegment => {
  const [{ tones } = { tones: [] }] = dtmfSegments(digit);
  return { tones, durationMs: 80 };
};

interface Cut {
  readonly kept: Int16Array;
  readonly end: MessageEnd | undefined;
  /** How much it had heard when it knew. */
  readonly takenFrames: number;
}

interface LineEvent {
  readonly atFrame: number;
  readonly frame: number;
  readonly end: MessageEnd;
}

function cutOf(
  sound: Int16Array,
  {
    blockFrames = 400,
    event,
    ...changed
  }: Partial<typeof options> & {
    readonly blockFrames?: number;
    readonly event?: LineEvent;
  } = {},
): Cut {
  const cutter = createMessageCutter({ ...options, ...changed });
  const kept: number[] = [];
  let taken = 0;
  for (; taken < sound.length && cutter.ended === undefined; taken += blockFrames) {
    if (event && taken >= event.atFrame) cutter.endAt(event.frame, event.end);
    const block = sound.slice(taken, taken + blockFrames);
    kept.push(...cutter.add16(block, block.length));
  }
  kept.push(...cutter.finish('stopped'));
  return { kept: Int16Array.from(kept), end: cutter.ended, takenFrames: taken };
}

describe('a message', () => {
  it('ends at a silence, of which a quarter of a second is kept', () => {
    const sound = soundOf([silence(0.5), voice(1), silence(1.9), voice(0.5), silence(3)]);
    const { kept, end, takenFrames } = cutOf(sound);
    expect(end).toBe('silence');
    const spokenFrames = 3.9 * RATE_HZ;
    expect(Math.abs(kept.length - spokenFrames - TAIL_FRAMES)).toBeLessThan(30);
    expect(kept).toEqual(sound.slice(0, kept.length));
    // It is known within a quarter of a second.
    expect(takenFrames).toBeLessThan(spokenFrames + 2.3 * RATE_HZ);
  });

  it('is nothing where nothing was said', () => {
    const { kept, end, takenFrames } = cutOf(soundOf([silence(10)]));
    expect([kept.length, end]).toEqual([0, 'silence']);
    expect(takenFrames).toBeLessThan(2.3 * RATE_HZ);
  });

  it('ends at the key #, of which nothing is kept, nor of the silence before it', () => {
    const sound = soundOf([voice(1), silence(1.5), key('#'), silence(1)]);
    const { kept, end } = cutOf(sound);
    expect(end).toBe('key');
    expect(Math.abs(kept.length - RATE_HZ - TAIL_FRAMES)).toBeLessThan(30);
  });

  it('ends at the key # in the middle of speech, less than 20 ms before it', () => {
    for (const seconds of [0.513, 1, 1.234]) {
      const { kept, end } = cutOf(soundOf([voice(seconds), key('#'), voice(1)]));
      expect(end).toBe('key');
      const missingMs = 1_000 * (seconds - kept.length / RATE_HZ);
      expect(missingMs).toBeGreaterThanOrEqual(0);
      expect(missingMs).toBeLessThan(25);
    }
  });

  it('keeps every other key', () => {
    const sound = soundOf([voice(0.3), key('5'), silence(0.1), key('*'), silence(3)]);
    const { kept, end } = cutOf(sound);
    expect(end).toBe('silence');
    expect(Math.abs(kept.length - 0.56 * RATE_HZ - TAIL_FRAMES)).toBeLessThan(30);
  });

  it('is no longer than it may be, to the frame', () => {
    const { kept, end } = cutOf(soundOf([voice(3)]), { maxSeconds: 1.5 });
    expect([kept.length, end]).toEqual([1.5 * RATE_HZ, 'longest']);
  });

  it('ends where the line says so, to the frame, also when that is told later', () => {
    const sound = soundOf([voice(5)]);
    const hungUp = { atFrame: 8_400, frame: 8_123, end: 'hungUp' } as const;
    const { kept, end } = cutOf(sound, { event: hungUp });
    expect([kept.length, end]).toEqual([8_123, 'hungUp']);
    const early = cutOf(sound, { event: { ...hungUp, frame: 12_345 } });
    expect([early.kept.length, early.end]).toEqual([12_345, 'hungUp']);
  });

  it('ends at the first of several ends', () => {
    const sound = soundOf([voice(1), key('#'), voice(2)]);
    const told = { atFrame: 8_000, frame: 8_100, end: 'hungUp' } as const;
    expect(cutOf(sound, { event: told }).end).toBe('key');
    expect(cutOf(sound, { event: { ...told, frame: 7_800 } }).end).toBe('hungUp');
  });

  it('keeps all of what was said when it is stopped in the middle', () => {
    const sound = soundOf([voice(1.2345)]);
    const { kept, end } = cutOf(sound);
    expect([kept.length, end]).toEqual([sound.length, 'stopped']);
    expect(kept).toEqual(sound);
  });

  it('is the same whatever blocks it comes in', () => {
    const sound = soundOf([silence(0.1), voice(0.4), silence(0.7), voice(0.2), key('#')]);
    const padded = new Int16Array(sound.length + 4_000);
    padded.set(sound);
    const { kept } = cutOf(padded);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), (blockFrames) => {
        expect(cutOf(padded, { blockFrames }).kept).toEqual(kept);
      }),
      { numRuns: 10 },
    );
  });
});
