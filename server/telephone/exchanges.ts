// The exchanges of a server: one for each device with a telephone line, as devices come and go.
import type { Device, VirtualDeviceSet } from '#server/devices/index';
import type { TelephoneStatus } from '#shared/relay/status';
import { CallCounts } from './call-counts.ts';
import { Exchange } from './exchange.ts';
import type { ExchangePorts, Telephone } from './ports.ts';
import { statusOf } from './status.ts';

export interface ExchangesOptions extends ExchangePorts {
  readonly devices: VirtualDeviceSet;
}

export class Exchanges {
  readonly counts = new CallCounts();
  readonly #options: ExchangesOptions;
  readonly #exchanges = new Map<Device, Exchange>();
  readonly #inCall = new Set<Telephone>();
  readonly #listeners = new Set<(device: Device) => void>();
  readonly #endDevices: () => void;

  constructor(options: ExchangesOptions) {
    this.#options = options;
    this.#watchDevices();
    this.#endDevices = options.devices.onChange(() => this.#watchDevices());
  }

  /** Undefined where the device has no telephone line. */
  of(device: Device): Exchange | undefined {
    return this.#exchanges.get(device);
  }

  /** Called when what pages are told of a line has changed, or who may be heard on it. Gives a function that ends it. */
  onChange(listener: (device: Device) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** As /api shows them. */
  statuses(): TelephoneStatus[] {
    return Array.from(this.#exchanges.values(), statusOf);
  }

  /** The telephone is no more. */
  vanish(telephone: Telephone): void {
    for (const exchange of this.#exchanges.values()) exchange.vanish(telephone);
  }

  close(): void {
    this.#endDevices();
    for (const exchange of this.#exchanges.values()) exchange.close();
    this.#exchanges.clear();
  }

  #watchDevices(): void {
    const { devices } = this.#options.devices;
    for (const [device, exchange] of this.#exchanges) {
      if (devices.some((other) => other === device)) continue;
      exchange.close();
      this.#exchanges.delete(device);
    }
    for (const device of devices) {
      const line = device.phone;
      if (line === undefined || this.#exchanges.has(device)) continue;
      const exchange = new Exchange({
        ...this.#options,
        device,
        line,
        counts: this.counts,
        inCall: this.#inCall,
        changed: () => this.#tellChange(device),
      });
      this.#exchanges.set(device, exchange);
    }
  }

  #tellChange(device: Device): void {
    for (const listener of this.#listeners) listener(device);
  }
}
