// What all clients share: contexts, atoms, properties, access, and the list of the clients themselves.
import type { Device, PhoneEvent } from '#server/devices/face';
import { Roster } from '#server/roster';
import { deviceTime } from '#shared/audio/time';
import { predefinedAtoms } from '#shared/protocol/atoms';
import { ProtocolError } from '#shared/protocol/errors';
import type { AudioEvent } from '#shared/protocol/events';
import type { Atom, ContextId, DeviceIndex } from '#shared/protocol/ids';
import { Slabs } from '#shared/wire/slabs';
import { AccessControl } from './access.ts';
import { AtomTable } from './atoms.ts';
import type { AudioContext } from './audio-context.ts';
import { type Client, clientIndexOf } from './client.ts';
import { addStatistics, type ClientStatistics, noStatistics } from './client-statistics.ts';
import type { DispatchOptions } from './ports.ts';
import { type Property, PropertyList } from './properties.ts';

/** Twelve bits of a resource id name the client; 0 is the server itself. */
export const MAX_CLIENT_INDEX = 0xfff;

/** What is true of an event for every client: all but the number of the device in its own list. */
type EventOf<E> = E extends AudioEvent ? Omit<E, 'device'> : never;
export type DeviceEvent = EventOf<AudioEvent>;

export class Server {
  readonly options: DispatchOptions;
  readonly atoms: AtomTable;
  readonly access: AccessControl;
  readonly contexts = new Map<ContextId, AudioContext>();
  /** By their numbers. */
  readonly clients = new Roster<Client>(1);
  /** Where clients' writers have their memory from. */
  readonly slabs = new Slabs();
  /** What clients did that have left. */
  readonly retired: ClientStatistics = noStatistics();
  /** How often the last client has left. */
  generation = 1;
  #properties = new WeakMap<Device, PropertyList>();
  #phoneListeners = new Map<Device, () => void>();
  #nameAtom: Atom;

  constructor(options: DispatchOptions) {
    this.options = options;
    this.atoms = new AtomTable(options.limits.atoms, options.limits.atomNameBytes);
    this.access = new AccessControl(options.access);
    this.#nameAtom = this.atoms.internPrivate('DEVICE_NAME');
    this.#watchDevices();
    options.devices.onChange(() => this.#watchDevices());
  }

  properties(device: Device): PropertyList {
    const present = this.#properties.get(device);
    if (present) return present;
    const { propertiesPerDevice: count, propertyBytes: byteCount } = this.options.limits;
    const list = new PropertyList({ count, byteCount });
    this.#properties.set(device, list);
    return list;
  }

  /** The client in whose range a resource id lies. */
  ownerOf(resourceId: number): Client | undefined {
    return this.clients.get(clientIndexOf(resourceId));
  }

  /** The lowest number that is free, as the original's; undefined when all are taken. */
  freeClientIndex(): number | undefined {
    const index = this.clients.freeNumber;
    return index > MAX_CLIENT_INDEX ? undefined : index;
  }

  /** Ends all that a client leaves behind. When it was the last, cookies are read anew. */
  remove(client: Client): void {
    if (!this.clients.delete(client.index)) return;
    addStatistics(this.retired, client.statistics);
    for (const id of client.contexts) this.contexts.delete(id);
    if (this.clients.size > 0) return;
    this.generation += 1;
    this.access.forgetCookies();
  }

  /** Tells every client that selected it; each knows the device by its own number. */
  announce(device: Device, event: DeviceEvent): void {
    for (const client of this.clients) {
      const index = client.devices.indexOf(device);
      if (index < 0) continue;
      client.deliver(device, { ...event, device: index as DeviceIndex } as AudioEvent);
    }
  }

  announceProperty(device: Device, property: Atom, change: 'newValue' | 'deleted'): void {
    const time = deviceTime(device.nowFrame());
    this.announce(device, { event: 'Property', property, time, change });
  }

  /** A property that the server itself keeps. Where clients have left no room for it, the log says so. */
  keepText(device: Device, property: Atom, text: string): void {
    try {
      this.properties(device).change(property, 'replace', textProperty(text));
      this.announceProperty(device, property, 'newValue');
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const name = this.atoms.nameOf(property);
      this.options.log.warn('a device has no room for a property', { device: device.name, name });
    }
  }

  #announcePhone(device: Device, { event, frame, state, digit = 0 }: PhoneEvent): void {
    const wallClockMs = this.options.wallClockMs();
    this.announce(device, {
      event,
      seconds: Math.floor(wallClockMs / 1_000) >>> 0,
      microseconds: Math.floor((wallClockMs % 1_000) * 1_000),
      time: deviceTime(frame),
      state,
      ...(event === 'PhoneDTMF' ? { digit } : {}),
    } as DeviceEvent);
  }

  #watchDevices(): void {
    const { devices } = this.options.devices;
    for (const [device, end] of this.#phoneListeners) {
      if (devices.includes(device)) continue;
      end();
      this.#phoneListeners.delete(device);
    }
    for (const device of devices) {
      this.#setNameProperty(device);
      if (!device.phone || this.#phoneListeners.has(device)) continue;
      const end = device.phone.onEvent((event) => this.#announcePhone(device, event));
      this.#phoneListeners.set(device, end);
    }
  }

  #setNameProperty(device: Device): void {
    if (!this.options.nameProperties || this.#properties.has(device)) return;
    this.properties(device).change(this.#nameAtom, 'replace', textProperty(device.name));
  }
}

function textProperty(text: string): Property {
  const data = new Uint8Array(Buffer.from(text, 'utf8'));
  return { type: predefinedAtoms.STRING, format: 8, data };
}
