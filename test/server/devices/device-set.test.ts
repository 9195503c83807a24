// The devices that there are: the default ones, and those that come and go while the gateway runs.
import { describe, expect, it } from 'vitest';
import { defaultDevices } from '#server/devices/index';
import { deviceBench, play, record } from '#test/server/devices/device-setup';

function names(bench: ReturnType<typeof deviceBench>): string[] {
  return bench.set.devices.map((device) => device.name);
}

const [phone, codec, hifi] = defaultDevices;
if (phone === undefined || codec === undefined || hifi === undefined) throw new Error();

describe('the default devices', () => {
  it('stand where old programs look for them', () => {
    const bench = deviceBench();
    const seen = bench.set.devices.map((device) => [
      device.name,
      device.rateHz,
      device.encoding,
      device.channelCount,
      device.playBufferFrames,
      device.recordBufferFrames,
    ]);
    expect(seen).toEqual([
      ['phone', 8000, 'MU255', 1, 32_000, 32_000],
      ['codec', 8000, 'MU255', 1, 32_000, 32_000],
      ['hifi', 48_000, 'LIN16', 2, 192_000, 192_000],
      ['left', 48_000, 'LIN16', 1, 192_000, 192_000],
      ['right', 48_000, 'LIN16', 1, 192_000, 192_000],
    ]);
  });

  it('have microphones, and all but the telephone a monitor, and say which is a telephone', () => {
    const bench = deviceBench();
    for (const device of bench.set.devices) {
      const isPhone = device.name === 'phone';
      expect(device.description.inputCount).toBe(isPhone ? 1 : 2);
      expect(device.description.outputCount).toBe(1);
      expect(device.description.phoneInputMask).toBe(isPhone ? 1 : 0);
      expect(device.description.phoneOutputMask).toBe(isPhone ? 1 : 0);
      expect(device.phone !== undefined).toBe(isPhone);
      expect([device.inputs.mask, device.outputs.mask, device.passThrough.mask]).toEqual([1, 1, 0]);
      expect([device.inputGain.gainDb, device.outputGain.gainDb]).toEqual([0, 0]);
      expect(device.isGainControlOn).toBe(false);
    }
  });

  it('need no memory for sound and no timer before there is any', () => {
    const before = process.memoryUsage().arrayBuffers;
    const bench = deviceBench();
    record(bench.device('hifi'), 0, 100);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000);
    expect(bench.time.pendingTimerCount).toBe(0);
  });
});

describe('a set of devices', () => {
  it('grows and shrinks while it runs, and says so', () => {
    const bench = deviceBench();
    const seen: string[][] = [];
    const end = bench.set.onChange(() => seen.push(names(bench)));
    const before = bench.set.devices;
    bench.set.add({ ...codec, name: 'kitchen' });
    expect(bench.set.remove('hifi')).toBe(true);
    expect(bench.set.remove('left')).toBe(false);
    end();
    bench.set.remove('kitchen');
    expect(seen).toEqual([
      ['phone', 'codec', 'hifi', 'left', 'right', 'kitchen'],
      ['phone', 'codec', 'kitchen'],
    ]);
    expect(before.map((device) => device.isRemoved)).toEqual([false, false, true, true, true]);
  });

  it('starts the time of a new device at 0', () => {
    const bench = deviceBench();
    bench.time.advance(5000);
    bench.set.add({ ...codec, name: 'late' });
    bench.time.advance(1000);
    expect(bench.device('late').nowFrame()).toBe(8000);
    expect(bench.device('codec').nowFrame()).toBe(48_000);
  });

  it('joins pass-through again when the other device comes back, at the times of both', () => {
    const bench = deviceBench();
    bench.time.advance(1000);
    bench.set.remove('phone');
    bench.device('codec').passThrough.change(1);
    bench
      .device('codec')
      .addSource()
      .hear(8000, Int16Array.from([1]), 1);
    bench.set.add(phone);
    const [newPhone, oldCodec] = [bench.device('phone'), bench.device('codec')];
    expect(oldCodec.passThrough.mask).toBe(0);
    newPhone.passThrough.change(1);
    newPhone.addSource().hear(10, Int16Array.from([77]), 1);
    oldCodec.inputs.change(2);
    bench.time.advance(100);
    play(oldCodec, 0, [0]);
    oldCodec.inputs.change(1);
    expect(record(oldCodec, 8009, 3)).toEqual([0, 77, 0]);
  });

  it('refuses two devices of one name, a view of no channel, and an impossible pass-through', () => {
    const bench = deviceBench();
    const before = names(bench);
    expect(() => bench.set.add(codec)).toThrow('Two devices have the name "codec".');
    expect(() => bench.set.add({ ...hifi, name: 'x', views: [{ name: 'y', channel: 2 }] })).toThrow(
      '"x" has no channel 2 for "y" to show.',
    );
    expect(() =>
      bench.set.add({ ...hifi, name: 'x', views: [], passThroughWith: 'codec' }),
    ).toThrow('"x" and "codec" differ in rate or channels');
    expect(names(bench)).toEqual(before);
  });
});
