// Devices on fake time, and short ways to play and record in tests.
import {
  createDeviceSet,
  defaultDevices,
  type InterfaceDescription,
  type VirtualDevice,
  type VirtualDeviceSet,
} from '#server/devices/index';
import { FakeTime } from '#test/support/fake-time';

export interface DeviceBench {
  readonly time: FakeTime;
  readonly set: VirtualDeviceSet;
  readonly errors: unknown[];
  device(name: string): VirtualDevice;
}

/** The default devices; 20 ms are whole numbers in tests at every rate. */
const devicesInBlocksOf20Ms = defaultDevices.map((description) => ({
  ...description,
  blockMs: 20,
}));

export function deviceBench(
  descriptions: readonly InterfaceDescription[] = devicesInBlocksOf20Ms,
): DeviceBench {
  const time = new FakeTime(5000.25);
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const set = createDeviceSet({ clock: time, timers: time, onError }, descriptions);
  return {
    time,
    set,
    errors,
    device(name) {
      const found = set.devices.find((device) => device.name === name);
      if (found === undefined) throw new Error(`There is no device "${name}".`);
      return found;
    },
  };
}

export const MIXING = { preempt: false, gainDb: 0 };
export const PREEMPTING = { preempt: true, gainDb: 0 };

/** Plays and gives how many frames were taken. */
export function play(
  device: VirtualDevice,
  startFrame: number,
  samples: readonly number[],
  options = MIXING,
): number {
  const frameCount = samples.length / device.channelCount;
  return device.play(startFrame, Int16Array.from(samples), frameCount, options);
}

export function record(device: VirtualDevice, startFrame: number, frameCount: number): number[] {
  const output = new Int16Array(frameCount * device.channelCount).fill(-7);
  device.record(startFrame, output, frameCount);
  return [...output];
}

/** `count` times `value`. */
export function steady(value: number, count: number): number[] {
  return Array.from({ length: count }, () => value);
}
