// All broadcasts that somebody listens to: one for each device and frame length.
import type { Device } from '#server/devices/face';
import { Broadcast, type FrameMs } from './broadcast.ts';
import type { FanOutOptions, FrameListener } from './fan-out.ts';

export class Broadcasts {
  readonly #options: FanOutOptions;
  readonly #broadcasts = new Map<Device, Map<FrameMs, Broadcast>>();

  constructor(options: FanOutOptions) {
    this.#options = options;
  }

  /** Gives the broadcast that is heard then, and a function that ends it. */
  listen(device: Device, deviceNumber: number, frameMs: FrameMs, listener: FrameListener) {
    const ofDevice = this.#broadcasts.get(device) ?? new Map<FrameMs, Broadcast>();
    this.#broadcasts.set(device, ofDevice);
    const broadcast =
      ofDevice.get(frameMs) ?? new Broadcast({ ...this.#options, device, deviceNumber, frameMs });
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
