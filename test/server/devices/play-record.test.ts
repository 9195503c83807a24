// What is played and recorded on a device, to the frame: windows, mixing, preemption, gain, and the two halves of a
// stereo device.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gained14 } from '#shared/audio/gain';
import {
  deviceBench,
  MIXING,
  PREEMPTING,
  play,
  record,
  steady,
} from '#test/server/devices/device-setup';
import { compress14, expand14 } from '#test/shared/audio/mulaw-reference';

const MONITOR = 2;

function codec() {
  const bench = deviceBench();
  const device = bench.device('codec');
  device.inputs.change(MONITOR);
  bench.time.advance(1000);
  return { ...bench, device };
}

function stereo() {
  const bench = deviceBench();
  const [whole, left, right] = ['hifi', 'left', 'right'].map(bench.device);
  if (whole === undefined || left === undefined || right === undefined) throw new Error();
  for (const device of [whole, left, right]) device.inputs.change(MONITOR);
  bench.time.advance(1000);
  return { ...bench, whole, left, right };
}

describe('playing', () => {
  it('is heard by the monitor at exactly the frames it was played for', () => {
    const { device, time } = codec();
    expect(play(device, 8100, [1, -2, 3])).toBe(3);
    time.advance(1000);
    expect(record(device, 8098, 7)).toEqual([0, 0, 1, -2, 3, 0, 0]);
  });

  it('drops what is past and counts it as taken', () => {
    const { device, time } = codec();
    expect(play(device, 7990, steady(5, 8))).toBe(8);
    expect(play(device, 7995, [1, 2, 3, 4, 5, 6, 7])).toBe(7);
    time.advance(1000);
    expect(record(device, 7990, 14)).toEqual([...steady(0, 10), 6, 7, 0, 0]);
  });

  it('takes what lies within four seconds and leaves the rest', () => {
    const { device, time } = codec();
    const end = 8000 + 32_000;
    expect(play(device, end - 3, steady(9, 10))).toBe(3);
    expect(play(device, end, steady(9, 10))).toBe(0);
    expect(play(device, end + 100_000, steady(9, 10))).toBe(0);
    expect(play(device, 8000, steady(1, 100_000))).toBe(32_000);
    time.advance(1);
    expect(play(device, end, steady(9, 10))).toBe(8);
    time.advance(4100);
    expect(record(device, end - 5, 15)).toEqual([1, 1, 10, 10, 10, ...steady(9, 8), 0, 0]);
  });

  it('takes nothing, at once, where there is nothing', () => {
    const { device } = codec();
    expect(play(device, 8100, [])).toBe(0);
    expect(play(device, 0, [])).toBe(0);
    expect(play(device, 1e6, [])).toBe(0);
  });

  it('mixes without limit and clips once, on the way out', () => {
    const { device, time } = codec();
    for (const value of [30_000, 30_000, -30_000, -20_000]) play(device, 8000, [value, value]);
    play(device, 8001, [32_000]);
    time.advance(1000);
    expect(record(device, 8000, 3)).toEqual([10_000, 32_767, 0]);
  });

  it('replaces only where it preempts, and later sound is mixed on top', () => {
    const { device, time } = codec();
    play(device, 8000, steady(100, 6));
    play(device, 8002, [1, 2], PREEMPTING);
    play(device, 8003, [1000, 1000]);
    time.advance(1000);
    expect(record(device, 8000, 6)).toEqual([100, 100, 1, 1002, 1100, 100]);
  });

  it('gives mu-law devices their gain from code to code, and at most 30 dB', () => {
    const { device, time } = codec();
    const values = [4 * 101, 4 * -101, 4 * 8031, 4, 40, 4 * 1000];
    for (const [i, gainDb] of [-6, -100, 6, 100].entries()) {
      play(device, 8000 + 6 * i, values, { preempt: i % 2 === 0, gainDb });
    }
    time.advance(1000);
    const codes = [-6, -30, 6, 30].flatMap((gainDb) =>
      values.map((value) => compress14(gained14(value / 4, 10 ** (gainDb / 20)))),
    );
    expect(record(device, 8000, 24)).toEqual(codes.map((code) => 4 * expand14(code)));
  });

  it('gives 16-bit devices the gain they are asked for', () => {
    const { left, time } = stereo();
    play(left, 48_000, [101, -101, 3], { preempt: false, gainDb: -6 });
    play(left, 48_003, [3], { preempt: true, gainDb: 40 });
    time.advance(1000);
    expect(record(left, 48_000, 4)).toEqual([50, -50, 1, 300]);
  });

  it('goes on without a seam beyond 2^32 frames', () => {
    const { device, time } = codec();
    time.advance((2 ** 32 / 8000) * 1000 - 2000);
    const wrap = 2 ** 32;
    expect(device.nowFrame()).toBe(wrap - 8000);
    expect(play(device, wrap - 2, [1, 2, 3, 4])).toBe(4);
    time.advance(2000);
    expect(record(device, wrap - 3, 6)).toEqual([0, 1, 2, 3, 4, 0]);
  });
});

describe('two channels of one interface', () => {
  it('share one time', () => {
    const { whole, left, right, time } = stereo();
    time.advance(0.4);
    expect([whole, left, right].map((device) => device.nowFrame())).toEqual([
      48_019, 48_019, 48_019,
    ]);
  });

  it('are mixed and preempted one by one, and recorded together', () => {
    const { whole, left, right, time } = stereo();
    play(left, 48_000, [1, 2, 3]);
    play(right, 48_001, [10, 20, 30]);
    play(whole, 48_002, [100, 200, 300, 400]);
    play(left, 48_003, [7], PREEMPTING);
    time.advance(1000);
    expect(record(whole, 48_000, 5)).toEqual([1, 0, 2, 10, 103, 220, 7, 430, 0, 0]);
    expect(record(left, 48_000, 5)).toEqual([1, 2, 103, 7, 0]);
    expect(record(right, 48_000, 5)).toEqual([0, 10, 220, 430, 0]);
  });

  it('hold, after random plays on all three, exactly the sum that a plain model gives', () => {
    const plays = fc.array(
      fc.record({
        lane: fc.integer({ min: 0, max: 2 }),
        offset: fc.integer({ min: -20, max: 60 }),
        values: fc.array(fc.integer({ min: -0x8000, max: 0x7fff }), { maxLength: 24 }),
        preempt: fc.boolean(),
        passedFrames: fc.integer({ min: 0, max: 10 }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(plays, (all) => {
        const { whole, left, right, time } = stereo();
        const model = new Map<number, number>();
        const first = whole.nowFrame();
        for (const { lane, offset, values, preempt, passedFrames } of all) {
          const device = [whole, left, right][lane] ?? whole;
          const samples = lane === 0 ? values.slice(0, values.length & ~1) : values;
          const now = device.nowFrame();
          const start = now + offset;
          expect(play(device, start, samples, preempt ? PREEMPTING : MIXING)).toBe(
            samples.length / device.channelCount,
          );
          samples.forEach((value, i) => {
            const frame = start + (lane === 0 ? i >> 1 : i);
            const key = 2 * frame + (lane === 0 ? i & 1 : lane - 1);
            if (frame >= now) model.set(key, value + (preempt ? 0 : (model.get(key) ?? 0)));
          });
          time.advance((passedFrames * 1000) / 48_000);
        }
        time.advance(20);
        const frameCount = 450;
        const expected = Array.from({ length: 2 * frameCount }, (_, i) =>
          Math.max(-0x8000, Math.min(0x7fff, model.get(2 * first + i) ?? 0)),
        );
        expect(record(whole, first, frameCount)).toEqual(expected);
        const ofLeft = expected.filter((_, i) => i % 2 === 0);
        expect(record(left, first, frameCount)).toEqual(ofLeft);
      }),
      { numRuns: 200 },
    );
  });
});

describe('recording', () => {
  it('finds silence before the record buffer, before the start, and in what has not come', () => {
    const { device, time } = codec();
    play(device, 8000, steady(3, 32_000));
    time.advance(3000);
    expect(device.nowFrame()).toBe(32_000);
    expect(record(device, 31_998, 4)).toEqual([3, 3, 0, 0]);
    expect(record(device, -5, 10)).toEqual(steady(0, 10));
    time.advance(2000);
    expect(record(device, 15_998, 4)).toEqual([0, 0, 3, 3]);
    time.advance(10_000);
    expect(record(device, 39_990, 20)).toEqual(steady(0, 20));
  });

  it('finds silence after days of rest, and no trace of old sound', () => {
    const { device, time } = codec();
    play(device, 8000, steady(3, 32_000));
    time.advance(3 * 24 * 3600 * 1000);
    const now = device.nowFrame();
    expect(record(device, now - 32_000, 32_000).some((sample) => sample !== 0)).toBe(false);
    play(device, now + 10, [5]);
    time.advance(10);
    expect(record(device, now - 16_000, 16_000).some((sample) => sample !== 0)).toBe(false);
    expect(record(device, now + 9, 3)).toEqual([0, 5, 0]);
  });

  it('adds the inputs that are on, with input gain, and clips the sum', () => {
    const { device, time } = codec();
    const source = device.addSource();
    device.inputs.change(3);
    device.inputGain.change(6);
    play(device, 8100, [100, 20_000, 30_000]);
    source.hear(8100, Int16Array.from([7, -1, 30_000]), 3);
    time.advance(1000);
    const factor = 10 ** (6 / 20);
    expect(record(device, 8100, 3)).toEqual([Math.trunc(107 * factor), 32_767, 32_767]);
    device.inputs.change(0);
    time.advance(1000);
    expect(record(device, 16_100, 50)).toEqual(steady(0, 50));
  });

  it('keeps what was heard before its inputs or gain were changed', () => {
    const { device, time } = codec();
    const source = device.addSource();
    play(device, 8000, steady(100, 8000));
    for (let frame = 8000; frame < 16_000; frame += 800) {
      source.hear(frame, Int16Array.from(steady(1000, 800)), 800);
      time.advance(100);
      if (frame === 8800) device.inputs.change(1);
      if (frame === 10_400) device.inputs.change(3);
      if (frame === 12_000) device.inputGain.change(20);
      if (frame === 13_600) device.inputs.change(0);
    }
    expect(record(device, 8000, 8000)).toEqual([
      ...steady(100, 1600),
      ...steady(1000, 1600),
      ...steady(1100, 1600),
      ...steady(11_000, 1600),
      ...steady(0, 1600),
    ]);
    // Long after, and with more changes, it is still so.
    time.advance(3000);
    device.inputs.change(1);
    device.inputGain.change(0);
    expect(record(device, 14_300, 200)).toEqual([...steady(11_000, 100), ...steady(0, 100)]);
  });
});

describe('a removed device', () => {
  it('plays and hears nothing', () => {
    const { device, set, time } = codec();
    const source = device.addSource();
    play(device, 8000, steady(4, 100));
    time.advance(5);
    expect(device.isRemoved).toBe(false);
    expect(set.remove('codec')).toBe(true);
    expect(device.isRemoved).toBe(true);
    expect(play(device, 8100, steady(4, 100))).toBe(100);
    expect(play(device, 1e9, steady(4, 100))).toBe(100);
    source.hear(8000, Int16Array.from(steady(4, 100)), 100);
    expect(record(device, 8000, 100)).toEqual(steady(0, 100));
  });
});
