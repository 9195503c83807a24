// What all pages share: devices and their numbers, broadcasts, playing together, and who plays.
import type { Device } from '#server/devices/face';
import { closeCodes } from '#shared/relay/close-codes';
import type { GatewayMessage } from '#shared/relay/control';
import { Broadcasts } from './broadcasts.ts';
import { createCounters } from './counters.ts';
import { devicesMessage, settingsOf } from './device-messages.ts';
import { DeviceNumbers } from './device-numbers.ts';
import { PacedTelling } from './paced-telling.ts';
import { Page } from './page.ts';
import { PlayingWatch } from './playing.ts';
import type { PageSocket, RelayOptions } from './ports.ts';
import { SyncGroup } from './sync-group.ts';

/** How often the relay looks who plays and which pages are gone; only while there are pages. */
const LOOK_MS = 500;

export class RelayCore {
  readonly options: RelayOptions;
  readonly numbers = new DeviceNumbers();
  readonly broadcasts: Broadcasts;
  readonly counters = createCounters();
  readonly pages = new Set<Page>();
  readonly #syncGroup = new SyncGroup<Page>();
  readonly #playing = new PlayingWatch();
  readonly #settingsListeners = new Map<Device, () => void>();
  /** Pages that must hear of the latency at which they play together. */
  readonly #untoldOfSync = new Set<Page>();
  readonly #syncTelling: PacedTelling;
  readonly #lineTellings = new Map<Device, PacedTelling>();
  /** What pages were told last. */
  readonly #lineTexts = new WeakMap<Device, string>();
  readonly #endDevices: () => void;
  readonly #endLines: () => void;
  #lastPageNumber = 0;
  #cancelLook: (() => void) | undefined;
  #isClosed = false;

  constructor(options: RelayOptions) {
    this.options = options;
    this.broadcasts = new Broadcasts(options);
    this.#syncTelling = new PacedTelling(options, () => this.#tellSync());
    this.#watchDevices();
    this.#endDevices = options.devices.onChange(() => this.#devicesChanged());
    this.#endLines = options.exchanges.onChange((device) => this.#lineChanged(device));
  }

  accept(socket: PageSocket): void {
    if (this.#isClosed) {
      socket.close(closeCodes.goingAway, 'The gateway ends.');
      return;
    }
    if (this.pages.size >= this.options.limits.pages) {
      const reason = `The gateway has its ${this.options.limits.pages} pages: close one, or raise the limit.`;
      socket.close(closeCodes.tooMany, reason);
      return;
    }
    this.#lastPageNumber += 1;
    this.pages.add(new Page(this, socket, this.#lastPageNumber));
    this.#lookLater();
  }

  /** Tells a page that has said hello what there is. */
  introduce(page: Page): void {
    page.send(devicesMessage(this.options.devices, this.numbers));
    for (const device of this.options.devices.devices) {
      this.#sendTo([page], this.#lineMessage(device));
      if (this.#playing.on(device).length > 0) this.#sendTo([page], this.#playingMessage(device));
    }
  }

  sync(page: Page, latencyMs: number): void {
    this.#syncChanged(this.#syncGroup.join(page, latencyMs));
  }

  remove(page: Page): void {
    if (!this.pages.delete(page)) return;
    this.#syncChanged(this.#syncGroup.leave(page));
    this.#untoldOfSync.delete(page);
    if (this.pages.size === 0) this.#stopLooking();
  }

  close(): void {
    this.#isClosed = true;
    for (const page of this.pages) page.close(closeCodes.goingAway, 'The gateway ends.');
    this.#endDevices();
    this.#endLines();
    for (const end of this.#settingsListeners.values()) end();
    this.#settingsListeners.clear();
    this.#syncTelling.close();
  }

  #syncChanged(pages: Iterable<Page>): void {
    for (const page of pages) this.#untoldOfSync.add(page);
    if (this.#untoldOfSync.size > 0) this.#syncTelling.changed();
  }

  #tellSync(): void {
    this.#sendTo(this.#untoldOfSync, { type: 'sync', latencyMs: this.#syncGroup.latencyMs });
    this.#untoldOfSync.clear();
  }

  #sendTo(pages: Iterable<Page>, message: GatewayMessage | undefined): void {
    if (message === undefined) return;
    const text = JSON.stringify(message);
    for (const page of pages) page.sendText(text);
  }

  #devicesChanged(): void {
    const { devices } = this.options.devices;
    for (const device of this.#settingsListeners.keys()) {
      const number = this.numbers.numberOf(device);
      if (devices.includes(device) || number === undefined) continue;
      for (const page of this.pages) page.forget(number);
    }
    this.#watchDevices();
    this.#sendTo(this.pages, devicesMessage(this.options.devices, this.numbers));
    for (const device of devices) this.#sendTo(this.pages, this.#lineMessage(device));
  }

  #lineChanged(device: Device): void {
    for (const page of this.pages) page.hearOrMute(device);
    this.#lineTellings.get(device)?.changed();
  }

  #tellLine(device: Device): void {
    const message = this.#lineMessage(device);
    const text = JSON.stringify(message);
    if (text === this.#lineTexts.get(device)) return;
    this.#lineTexts.set(device, text);
    this.#sendTo(this.pages, message);
  }

  /** Undefined where there is no line. */
  #lineMessage(device: Device): GatewayMessage | undefined {
    const number = this.numbers.numberOf(device);
    const exchange = this.options.exchanges.of(device);
    if (number === undefined || exchange === undefined) return undefined;
    return { type: 'line', device: number, ...exchange.status };
  }

  #watchDevices(): void {
    const { devices } = this.options.devices;
    this.numbers.update(this.options.devices);
    for (const [device, end] of this.#settingsListeners) {
      if (devices.includes(device)) continue;
      end();
      this.#settingsListeners.delete(device);
    }
    for (const device of devices) {
      if (this.#settingsListeners.has(device)) continue;
      const telling = new PacedTelling(this.options, () => this.#tellSettings(device));
      const lineTelling = new PacedTelling(this.options, () => this.#tellLine(device));
      const endListening = device.onSettings(() => telling.changed());
      this.#lineTellings.set(device, lineTelling);
      this.#settingsListeners.set(device, () => {
        endListening();
        telling.close();
        lineTelling.close();
        this.#lineTellings.delete(device);
      });
    }
  }

  #tellSettings(device: Device): void {
    const number = this.numbers.numberOf(device);
    if (number === undefined) return;
    const settings = settingsOf(device);
    this.#sendTo(this.pages, { type: 'settings', device: number, settings });
  }

  #playingMessage(device: Device): GatewayMessage | undefined {
    const number = this.numbers.numberOf(device);
    if (number === undefined) return undefined;
    return { type: 'playing', device: number, clients: [...this.#playing.on(device)] };
  }

  #lookLater(): void {
    this.#cancelLook ??= this.options.timers.after(LOOK_MS, () => {
      this.#cancelLook = undefined;
      this.#look();
      if (this.pages.size > 0) this.#lookLater();
    });
  }

  #look(): void {
    const { clock, devices, playing } = this.options;
    const changed = this.#playing.update(playing());
    for (const device of devices.devices) {
      if (changed.includes(device)) this.#sendTo(this.pages, this.#playingMessage(device));
    }
    const nowMs = clock.nowMs();
    for (const page of this.pages) page.look(nowMs);
  }

  #stopLooking(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
  }
}
