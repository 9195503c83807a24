// All broadcasts that somebody listens to: one for each device and frame length.
import type { Clock, Device } from '#server/devices/face';
import { Broadcast, type FrameListener, type FrameMs } from './broadcast.ts';

export class Broadcasts {
  readonly #clock: Clock;
  readonly #broadcasts = new Map<Device, Map<FrameMs, Broadcast>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Gives the broadcast that is heard then, and a function that ends it. */
  listen(device: Device, deviceNumber: number, frameMs: FrameMs, listener: FrameListener) {
    const ofDevice = this.#broadcasts.get(device) ?? new Map<FrameMs, Broadcast>();
    this.#broadcasts.set(device, ofDevice);
    const broadcast =
      ofDevice.get(frameMs) ?? new Broadcast({ device, deviceNumber, frameMs, clock: this.#clock });
    ofDevice.set(frameMs, broadcast);
    const remove = broadcast.add(listener);
    const end = () => {
      remove();
      if (broadcast.listenerCount > 0) return;
      if (ofDevice.get(frameMs) === broadcast) ofDevice.delete(frameMs);
      if (ofDevice.size === 0) this.#broadcasts.delete(device);
    };
    return { broadcast, end };
  }
}
