// What comes into a device: microphones, and the pass-through from another device.
import { describe, expect, it } from 'vitest';
import { deviceBench, play, record, steady } from '#test/server/devices/device-setup';

function samples(...values: number[]): Int16Array {
  return Int16Array.from(values);
}

describe('sources', () => {
  it('are mixed at the frames they give, however many there are', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    time.advance(1000);
    const [one, two, three] = [codec.addSource(), codec.addSource(), codec.addSource()];
    one.hear(7000, samples(1, 2, 3), 3);
    two.hear(7001, samples(10, 20, 30), 3);
    three.hear(7002, samples(100, 200), 2);
    expect(record(codec, 6999, 7)).toEqual([0, 1, 12, 123, 230, 0, 0]);
    two.remove();
    two.hear(7000, samples(50), 1);
    expect(record(codec, 7000, 1)).toEqual([1]);
  });

  it('may run a second ahead and four behind; beyond that they are not heard', () => {
    const { device, time } = deviceBench();
    const codec = device('codec');
    time.advance(10_000);
    const now = 80_000;
    const source = codec.addSource();
    source.hear(now - 32_002, samples(1, 2, 3, 4), 4);
    expect(record(codec, now - 32_002, 5)).toEqual([0, 0, 3, 4, 0]);
    source.hear(now + 7999, samples(5, 6), 2);
    source.hear(now + 9000, samples(7), 1);
    source.hear(now - 90_000, samples(7), 1);
    time.advance(2000);
    expect(record(codec, now + 7998, 1100)).toEqual([0, 5, ...steady(0, 1098)]);
  });

  it('of one channel are heard on that channel', () => {
    const { device, time } = deviceBench();
    time.advance(1000);
    device('right').addSource().hear(100, samples(1, 2), 2);
    device('left').addSource().hear(101, samples(8), 1);
    device('hifi').addSource().hear(101, samples(100, 200), 1);
    expect(record(device('hifi'), 99, 4)).toEqual([0, 0, 0, 1, 108, 202, 0, 0]);
    expect(record(device('left'), 101, 1)).toEqual([108]);
  });

  it('are recorded only where the microphones are switched on', () => {
    const { device, time } = deviceBench();
    const phone = device('phone');
    time.advance(1000);
    phone.addSource().hear(7900, samples(9), 1);
    expect(record(phone, 7900, 1)).toEqual([9]);
    phone.inputs.change(0);
    phone.addSource().hear(8000, samples(9), 1);
    time.advance(10);
    expect(record(phone, 8000, 1)).toEqual([0]);
  });
});

describe('pass-through', () => {
  const MONITOR = 2;

  it('mixes what is heard into what is played, while it is on', () => {
    const { device, time } = deviceBench();
    const [hifi, left] = [device('hifi'), device('left')];
    left.inputs.change(MONITOR);
    const source = hifi.addSource();
    source.hear(100, samples(1, 1), 1);
    hifi.passThrough.change(1);
    source.hear(101, samples(2, 3), 1);
    play(hifi, 101, [10, 10]);
    hifi.passThrough.change(0);
    source.hear(102, samples(4, 4), 1);
    time.advance(100);
    expect(record(left, 100, 3)).toEqual([0, 12, 0]);
    expect(record(hifi, 100, 3)).toEqual([1, 1, 2, 3, 4, 4]);
  });

  it('plays late sound now, and goes on from there without a gap or an overlap', () => {
    const { device, time } = deviceBench();
    const [whole, right] = [device('hifi'), device('right')];
    whole.inputs.change(MONITOR);
    right.passThrough.change(1);
    time.advance(1000);
    const source = right.addSource();
    const now = right.nowFrame();
    source.hear(now - 480, Int16Array.from(steady(1, 480)), 480);
    time.advance(9);
    source.hear(now, Int16Array.from(steady(2, 480)), 480);
    time.advance(11.5);
    source.hear(now + 480, Int16Array.from(steady(3, 480)), 480);
    time.advance(100);
    const heard = record(whole, now, 2000).filter((_, i) => i % 2 === 1);
    // The third block came half a millisecond later than the first two allow for.
    expect(heard).toEqual([
      ...steady(1, 480),
      ...steady(2, 480),
      ...steady(0, 24),
      ...steady(3, 480),
      ...steady(0, 536),
    ]);
  });

  it('passes nothing on from microphones that are switched off, and with input gain', () => {
    const { device, time } = deviceBench();
    const left = device('left');
    left.passThrough.change(1);
    const source = left.addSource();
    left.inputs.change(MONITOR);
    source.hear(0, samples(500), 1);
    left.inputs.change(3);
    left.inputGain.change(20);
    source.hear(10, samples(500), 1);
    left.inputGain.change(0);
    left.inputs.change(MONITOR);
    time.advance(10);
    expect(record(left, 0, 12)).toEqual([...steady(0, 10), 5000, 0]);
  });

  it('joins telephone and codec under one switch: each plays what the other hears', () => {
    const { device, time } = deviceBench();
    const [phone, codec] = [device('phone'), device('codec')];
    codec.passThrough.change(1);
    expect(phone.passThrough.mask).toBe(1);
    const heardOnPhone: number[] = [];
    const heardOnCodec: number[] = [];
    phone.addSink({ played: (block) => heardOnPhone.push(...block.samples), silent() {} });
    codec.addSink({ played: (block) => heardOnCodec.push(...block.samples), silent() {} });
    phone.addSource().hear(0, samples(1, 2), 2);
    codec.addSource().hear(1, samples(30, 40), 2);
    time.advance(20);
    expect(heardOnPhone.slice(0, 4)).toEqual([0, 30, 40, 0]);
    expect(heardOnCodec.slice(0, 4)).toEqual([1, 2, 0, 0]);
    phone.passThrough.change(0);
    expect(codec.passThrough.mask).toBe(0);
  });
});
