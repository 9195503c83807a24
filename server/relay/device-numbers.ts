// The numbers by which pages and frames name devices. A device keeps its number while it is there, and the
// number of one that left is the last to be given again, so that no page takes one device for another.
import type { Device, DeviceSet } from '#server/devices/face';

/** A frame has a byte for it. */
const NUMBERS = 256;

export class DeviceNumbers {
  readonly #numbers = new Map<Device, number>();
  #next = 0;

  /** To be called after every change; devices beyond the 256th get no number. */
  update({ devices }: DeviceSet): void {
    for (const device of this.#numbers.keys()) {
      if (!devices.includes(device)) this.#numbers.delete(device);
    }
    for (const device of devices) {
      if (this.#numbers.has(device) || this.#numbers.size === NUMBERS) continue;
      this.#numbers.set(device, this.#free());
    }
  }

  numberOf(device: Device): number | undefined {
    return this.#numbers.get(device);
  }

  deviceOf(number: number): Device | undefined {
    for (const [device, itsNumber] of this.#numbers) if (itsNumber === number) return device;
    return undefined;
  }

  #free(): number {
    const taken = new Set(this.#numbers.values());
    while (taken.has(this.#next)) this.#next = (this.#next + 1) % NUMBERS;
    const number = this.#next;
    this.#next = (this.#next + 1) % NUMBERS;
    return number;
  }
}
