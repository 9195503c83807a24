// An audio context: what a client plays and records through, with an encoding and gains of its own.
import { type ContextAttributes, writeAttributes } from '#shared/protocol/attributes';
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import { type EventName, eventMask } from '#shared/protocol/events';
import type { ContextId, DeviceTime } from '#shared/protocol/ids';
import type { Atoms } from './atoms.ts';
import type { Calls } from './calls.ts';
import type { SampleFormat } from './chunks.ts';
import type { Device } from './device.ts';
import { DeviceControls } from './device-controls.ts';
import { DeviceProperties } from './device-properties.ts';
import type { EventHub, EventOptions, EventSubscription } from './events.ts';
import { PhoneLine } from './phone-line.ts';
import { playSamples } from './play.ts';
import { type Recording, recordSamples } from './record.ts';
import type { StopSignal } from './stop-signal.ts';

/** What a context can be told; what is left out stays as it is, or as the device has it. */
export interface Attributes {
  /** -100 to 100; the device may clamp it further. */
  readonly recordGainDb?: number;
  readonly playGainDb?: number;
  /** Replaces what other programs play at that time instead of mixing with it. */
  readonly preempts?: boolean;
  readonly encoding?: EncodingName;
}

/** Where sound starts and how its bytes are to be read. */
interface SampleOptions {
  /** In ticks of the device, modulo 2^32. */
  readonly startTime: number;
  /** The order of the bytes of 16- and 32-bit samples; little endian unless true. */
  readonly isBigEndian?: boolean;
  /** The context's and the device's, unless given; servers accept no others. */
  readonly encoding?: EncodingName;
  readonly channelCount?: number;
  readonly signal?: StopSignal | undefined;
}

export interface PlayOptions extends SampleOptions {
  readonly samples: Uint8Array;
}

export interface RecordOptions extends SampleOptions {
  readonly byteCount: number;
  /** Waits for sound that is still to come; otherwise gives what there is. True unless told otherwise. */
  readonly waits?: boolean;
}

/** What a context needs of its connection. */
export interface ContextHome {
  readonly calls: Calls;
  readonly events: EventHub;
  readonly atoms: Atoms;
  readonly maxRequestBytes: number;
  /** The context is gone. */
  release(id: ContextId): void;
}

export class Context {
  readonly id: ContextId;
  readonly device: Device;
  readonly controls: DeviceControls;
  readonly phone: PhoneLine;
  readonly properties: DeviceProperties;
  readonly #home: ContextHome;
  #encoding: EncodingName;

  /** Use `Connection.createContext`, or `Connection.useContext` for another client's. */
  constructor(home: ContextHome, id: ContextId, device: Device, encoding: EncodingName) {
    this.#home = home;
    this.#encoding = encoding;
    this.id = id;
    this.device = device;
    this.controls = new DeviceControls(home.calls, id);
    this.phone = new PhoneLine(home.calls, id);
    this.properties = new DeviceProperties(home.calls, home.atoms, id);
  }

  /** The encoding of what is played and recorded. */
  get encoding(): EncodingName {
    return this.#encoding;
  }

  /** A new encoding counts from when this resolves. When it fails, the server may have set a part. */
  async changeAttributes(attributes: Attributes): Promise<void> {
    const written = writeAttributes(toWire(attributes));
    await this.#home.calls.tell('ChangeACAttributes', { context: this.id, ...written });
    this.#encoding = attributes.encoding ?? this.#encoding;
  }

  /** Afterwards everything that is asked through it is BadAC. */
  async free(): Promise<void> {
    await this.#home.calls.tell('FreeAC', { context: this.id });
    this.#home.release(this.id);
  }

  /** The device's time now. */
  async getTime(): Promise<DeviceTime> {
    return (await this.#home.calls.ask('GetTime', { context: this.id })).time;
  }

  /**
   * Plays sound of any length at a device time; what is past by then is dropped. Resolves with the device
   * time at which the server held all of it, which is a play buffer (commonly 4 s) before it has sounded.
   *
   * Stopping: no more is sent, and the call fails with the signal's reason at once. What was sent before
   * stays: the server plays what it has taken (up to its buffer's length past the device's time now), and
   * what lies in the network it takes as room comes. Taking it back is possible: set `preempts` and play
   * silence from the device's time now to the end of what was sent; that waits behind what still waits.
   */
  play(options: PlayOptions): Promise<DeviceTime> {
    const { samples, startTime, isBigEndian = false, signal } = options;
    const format = this.#formatOf(options, this.device.playChannelCount, this.device.playRateHz);
    const { calls, maxRequestBytes } = this.#home;
    const context = this.id;
    return playSamples(calls, {
      ...{ context, format, maxRequestBytes },
      ...{ startTime, samples, isBigEndian, signal },
    });
  }

  /** Records from a device time on. Stopping fails with the signal's reason; what came is lost. */
  record(options: RecordOptions): Promise<Recording> {
    const { byteCount, startTime, waits = true, isBigEndian = false, signal } = options;
    const { recordChannelCount, recordRateHz } = this.device;
    const format = this.#formatOf(options, recordChannelCount, recordRateHz);
    const { calls, maxRequestBytes } = this.#home;
    const context = this.id;
    return recordSamples(calls, {
      ...{ context, format, maxRequestBytes },
      ...{ startTime, byteCount, waits, isBigEndian, signal },
    });
  }

  /** Chooses which events of the device this client receives, instead of those chosen before. */
  selectEvents(names: readonly EventName[]): Promise<void> {
    return this.#selectMask(eventMask(...names));
  }

  /**
   * The device's events of these kinds, from now on. Selects them, together with those of other
   * subscriptions to this device; when the server refuses, the iteration fails with its error.
   */
  events(names: readonly EventName[], options: EventOptions = {}): EventSubscription {
    const { events } = this.#home;
    const device = this.device.index;
    const subscription = events.subscribe({ names, device }, options, () => {
      // When narrowing fails, events that nobody wants arrive and are ignored.
      this.#selectMask(events.wantedMask(device)).catch(() => {});
    });
    this.#selectMask(events.wantedMask(device)).catch((error) => subscription.end(error));
    return subscription;
  }

  #selectMask(mask: number): Promise<void> {
    return this.#home.calls.tell('SelectEvents', { context: this.id, mask });
  }

  #formatOf(options: SampleOptions, channelCount: number, rateHz: number): SampleFormat {
    return {
      encoding: options.encoding ?? this.#encoding,
      channelCount: options.channelCount ?? channelCount,
      rateHz,
    };
  }
}

export function toWire(attributes: Attributes): Partial<ContextAttributes> {
  const { recordGainDb, playGainDb, preempts, encoding } = attributes;
  return {
    ...(recordGainDb !== undefined && { recordGainDb }),
    ...(playGainDb !== undefined && { playGainDb }),
    ...(preempts !== undefined && { preemption: preempts ? 1 : 0 }),
    ...(encoding !== undefined && { encoding: encodings[encoding].id }),
  };
}
