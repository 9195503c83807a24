// Who listens to a device gets each block when it is past, whatever timers do, and nothing while it is quiet.
import { describe, expect, it } from 'vitest';
import type { Device, Sink } from '#server/devices/index';
import { deviceBench, MIXING, play, steady } from '#test/server/devices/device-setup';

const BLOCK = 160;

/** Writes down what it is told: `[start, first sample, isContinuation]`, or 'silent'. */
function listener(device: Device) {
  const heard: (readonly [number, number, boolean] | 'silent')[] = [];
  const samples: number[] = [];
  const sink: Sink = {
    played: (block) => {
      expect(block.samples.length).toBe(block.frameCount * device.channelCount);
      heard.push([block.startFrame, block.samples[0] ?? 0, block.isContinuation]);
      samples.push(...block.samples);
    },
    silent: () => heard.push('silent'),
  };
  const remove = device.addSink(sink);
  return { heard, samples, remove, sink };
}

describe('a sink', () => {
  it('hears sound in blocks of 20 ms, each when it is past, then once that it ended', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    const { heard, samples } = listener(codec);
    play(codec, 100, steady(5, 300));
    time.advance(19.9);
    expect(heard).toEqual([]);
    time.advance(0.1);
    expect(heard).toEqual([[0, 0, false]]);
    time.advance(1000);
    expect(heard).toEqual([[0, 0, false], [160, 5, true], [320, 5, true], 'silent']);
    expect(samples).toEqual([...steady(0, 100), ...steady(5, 300), ...steady(0, 80)]);
  });

  it('gets its blocks at once where it wants several, and silence no later than others', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    const startMs = time.nowMs();
    const heard: (readonly [number, number])[] = [];
    const note = (block: number) => heard.push([block, Math.round(time.nowMs() - startMs)]);
    let wantedFrames = 3 * BLOCK;
    codec.addSink({
      get wantedFrames() {
        return wantedFrames;
      },
      played: ({ startFrame }) => note(startFrame / BLOCK),
      silent: () => note(-1),
    });
    play(codec, 0, steady(1, 5 * BLOCK));
    time.advance(1000);
    expect(heard.splice(0)).toEqual([
      [0, 60],
      [1, 60],
      [2, 60],
      [3, 120],
      [4, 120],
      [-1, 120],
    ]);
    wantedFrames = 1;
    play(codec, codec.nowFrame(), steady(1, 2 * BLOCK));
    time.advance(1000);
    expect(heard.map(([, atMs]) => atMs)).toEqual([1020, 1040, 1060]);
  });

  it('gets each block as soon as it is past where another sink wants no more', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    const heard: number[] = [];
    codec.addSink({
      wantedFrames: 2 * BLOCK,
      played: ({ startFrame }) => heard.push(startFrame),
      silent() {},
    });
    listener(codec);
    play(codec, 0, steady(1, 4 * BLOCK));
    time.advance(20);
    expect(heard).toEqual([0]);
    time.advance(20);
    expect(heard).toEqual([0, 160]);
  });

  it('costs no timer while there is silence, and none is left when it goes', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    play(codec, 0, steady(1, 10));
    expect(time.pendingTimerCount).toBe(0);
    time.advance(1000);
    const { remove, heard } = listener(codec);
    expect(time.pendingTimerCount).toBe(0);
    play(codec, 8000, steady(1, 10));
    expect(time.pendingTimerCount).toBe(1);
    time.advance(100);
    expect(heard).toEqual([[8000, 1, false], 'silent']);
    expect(time.pendingTimerCount).toBe(0);
    play(codec, 8900, steady(1, 1000));
    expect(time.pendingTimerCount).toBe(1);
    remove();
    expect(time.pendingTimerCount).toBe(0);
  });

  it('waits with one timer, however far ahead the sound lies', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    const { heard } = listener(codec);
    expect(play(codec, 31_990, steady(3, 10))).toBe(10);
    time.advance(3900);
    expect(heard).toEqual([]);
    // Sound that is placed before it comes first.
    play(codec, 32_000 - 3 * BLOCK + 120, steady(2, 10));
    time.advance(2000);
    expect(heard).toEqual([
      [32_000 - 3 * BLOCK, 0, false],
      'silent',
      [32_000 - BLOCK, 0, false],
      'silent',
    ]);
    expect(time.pendingTimerCount).toBe(0);
  });

  it('hears one unbroken sound while a program plays just in time', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    const { heard, samples } = listener(codec);
    const sound = Array.from({ length: 8000 }, (_, i) => i + 1);
    for (let at = 0; at < 8000; at += 80) {
      play(codec, at, sound.slice(at, at + 80));
      time.advance(10);
    }
    time.advance(100);
    expect(samples).toEqual(sound);
    expect(heard.filter((entry) => entry === 'silent')).toHaveLength(1);
    expect(heard.filter((entry) => entry !== 'silent' && !entry[2])).toHaveLength(1);
  });

  it('that joins in the middle begins cleanly, while others hear on', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    play(codec, 0, steady(7, 800));
    time.advance(30);
    const early = listener(codec);
    time.advance(30);
    const late = listener(codec);
    time.advance(500);
    expect(early.heard).toEqual([
      [160, 7, false],
      [320, 7, true],
      [480, 7, true],
      [640, 7, true],
      'silent',
    ]);
    expect(late.heard).toEqual([[480, 7, false], [640, 7, true], 'silent']);
  });

  it('loses nothing through a late timer', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    const { heard, samples } = listener(codec);
    const sound = Array.from({ length: 32_000 }, (_, i) => (i % 30_000) + 1);
    play(codec, 0, sound);
    time.advance(50);
    time.stall(3333);
    expect(samples.length).toBe(Math.floor((3383 * 8) / BLOCK) * BLOCK);
    time.advance(1000);
    expect(samples).toEqual(sound);
    expect(heard.filter((entry) => entry !== 'silent' && !entry[2])).toHaveLength(1);
  });

  it('goes on with what is played now after a timer that is more than four seconds late', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    const { heard } = listener(codec);
    play(codec, 0, steady(1, 32_000));
    time.advance(20);
    time.stall(4500);
    play(codec, codec.nowFrame(), steady(2, 400));
    time.advance(100);
    const now = 8 * 4520;
    expect(heard).toEqual([
      [0, 1, false],
      [now, 2, false],
      [now + 160, 2, true],
      [now + 320, 2, true],
      'silent',
    ]);
  });

  it('keeps to its blocks over a long time, whatever the delays', () => {
    const { device, time } = deviceBench();
    const hifi = device('hifi');
    const { heard } = listener(hifi);
    for (let i = 0; i < 2000; i++) {
      const start = Math.max(hifi.nowFrame(), i * 4800);
      hifi.play(start, new Int16Array(2 * 4800).fill(1), 4800, MIXING);
      time.stall(37.3);
      time.advance(62.7);
    }
    time.advance(200);
    const blocks = heard.filter((entry) => entry !== 'silent');
    expect(blocks.length).toBe(2000 * 5);
    expect(blocks.every(([start], i) => start === 960 * i)).toBe(true);
  });

  it('of one channel hears that channel, and of the whole hears both', () => {
    const { device, time } = deviceBench();
    const left = listener(device('left'));
    const right = listener(device('right'));
    const whole = listener(device('hifi'));
    play(device('left'), 0, [1, 2]);
    play(device('right'), 1, [10, 20]);
    time.advance(100);
    expect(left.samples.slice(0, 4)).toEqual([1, 2, 0, 0]);
    expect(right.samples.slice(0, 4)).toEqual([0, 10, 20, 0]);
    expect(whole.samples.slice(0, 8)).toEqual([1, 0, 2, 10, 0, 20, 0, 0]);
  });

  it('hears with output gain, applied before the sum is clipped', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    const { samples } = listener(codec);
    codec.outputGain.change(-20);
    play(codec, 0, [30_000, 100]);
    play(codec, 0, [30_000, 9]);
    time.advance(100);
    expect(samples.slice(0, 2)).toEqual([6000, 10]);
  });

  it('falls silent while the browsers are switched off', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    const { heard } = listener(codec);
    play(codec, 0, steady(1, 800));
    time.advance(40);
    codec.outputs.change(0);
    time.advance(40);
    codec.outputs.change(1);
    time.advance(100);
    expect(heard).toEqual([[0, 1, false], [160, 1, true], 'silent', [640, 1, false], 'silent']);
  });

  it('that throws is reported and disturbs nobody', () => {
    const { device, time, errors } = deviceBench();
    const codec = device('codec');
    const mistake = new Error('out of order');
    codec.addSink({
      played: () => {
        throw mistake;
      },
      silent: () => {
        throw mistake;
      },
    });
    const { heard } = listener(codec);
    play(codec, 0, steady(1, 320));
    time.advance(100);
    expect(heard).toEqual([[0, 1, false], [160, 1, true], 'silent']);
    expect(errors).toEqual([mistake, mistake, mistake]);
  });

  it('may leave, and play, while it is being told', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    const remove = codec.addSink({
      played: ({ startFrame }) => {
        play(codec, codec.nowFrame() + 1000, [4]);
        if (startFrame > 1000) remove();
      },
      silent: () => {},
    });
    play(codec, 0, [1]);
    time.advance(2000);
    expect(time.pendingTimerCount).toBe(0);
  });

  it('hears the end when its device is removed', () => {
    const { device, time, set } = deviceBench();
    const left = device('left');
    const { heard } = listener(left);
    play(left, 0, steady(1, 48_000));
    time.advance(20);
    set.remove('hifi');
    expect(heard).toEqual([[0, 1, false], 'silent']);
    expect(time.pendingTimerCount).toBe(0);
    listener(left);
    time.advance(1000);
    expect(heard).toHaveLength(2);
  });
});
