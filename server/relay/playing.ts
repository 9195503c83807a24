// Who plays on which device, told to pages when it changes.
import type { Device } from '#server/devices/face';
import { MAX_CLIENTS } from '#shared/relay/control';
import type { PlayingClient } from './ports.ts';

interface Playing {
  readonly index: number;
  readonly peer: string;
}

export class PlayingWatch {
  #byDevice = new Map<object, readonly Playing[]>();

  on(device: Device): readonly Playing[] {
    return this.#byDevice.get(device) ?? [];
  }

  /** Takes over who plays now; gives the devices of which that is news. */
  update(clients: readonly PlayingClient[]): object[] {
    const before = this.#byDevice;
    this.#byDevice = new Map();
    for (const { device, index, peer } of clients) {
      const others = this.#byDevice.get(device) ?? [];
      const isKnown = others.some((other) => other.index === index);
      if (isKnown || others.length === MAX_CLIENTS) continue;
      this.#byDevice.set(device, [...others, { index, peer }]);
    }
    const devices = new Set([...before.keys(), ...this.#byDevice.keys()]);
    return [...devices].filter((device) => !same(before.get(device), this.#byDevice.get(device)));
  }
}

function same(one: readonly Playing[] = [], two: readonly Playing[] = []): boolean {
  return (
    one.length === two.length &&
    one.every(({ index, peer }, i) => index === two[i]?.index && peer === two[i]?.peer)
  );
}
