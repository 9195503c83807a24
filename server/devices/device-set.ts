// The devices of a server, built from their description; more can come and some can go while it runs.
import type { EncodingName } from '#shared/protocol/encodings';
import { AudioInterface, type DevicePorts } from './audio-interface.ts';
import type { GainRange } from './controls.ts';
import type { DeviceSet } from './face.ts';
import { type InputKind, type OutputKind, VirtualDevice } from './virtual-device.ts';

/** One interface and its devices: the whole, which has its name, and views of single channels. */
export interface InterfaceDescription {
  readonly name: string;
  readonly rateHz: number;
  readonly encoding: EncodingName;
  readonly channelCount: number;
  /** How far ahead sound may be played, and how much of the past is kept. */
  readonly bufferSeconds: number;
  /** The length of the blocks in which sinks hear. */
  readonly blockMs: number;
  /** What each input bit is; the first is on at the start. */
  readonly inputs: readonly InputKind[];
  /** What each output bit is; all are on at the start. */
  readonly outputs: readonly OutputKind[];
  readonly inputGain: GainRange;
  readonly outputGain: GainRange;
  /** The telephone line is then at bit 0 of inputs and outputs. */
  readonly hasPhoneLine: boolean;
  /** The interface with which it shares one pass-through, as long as that is there. */
  readonly passThroughWith?: string;
  readonly views: readonly ChannelViewDescription[];
}

export interface ChannelViewDescription {
  readonly name: string;
  readonly channel: number;
}

export interface VirtualDeviceSet extends DeviceSet {
  readonly devices: readonly VirtualDevice[];
  /** Adds an interface with its devices behind the others. Throws where it does not fit them. */
  add(description: InterfaceDescription): void;
  /** Removes the interface of that name with all its devices; gives whether there was one. */
  remove(name: string): boolean;
  /** Lets all that plays fade to silence; gives whether there was anything. */
  fadeOut(durationMs: number): boolean;
}

interface Group {
  readonly description: InterfaceDescription;
  readonly whole: VirtualDevice;
  readonly devices: readonly VirtualDevice[];
}

export function createDeviceSet(
  ports: DevicePorts,
  descriptions: readonly InterfaceDescription[],
): VirtualDeviceSet {
  let groups: readonly Group[] = [];
  let devices: readonly VirtualDevice[] = [];
  const listeners = new Set<() => void>();

  function append(description: InterfaceDescription): void {
    const group = build(ports, description);
    const names = [...devices, ...group.devices].map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new Error(`Two devices have the name "${twice}".`);
    for (const other of groups) joinPassThrough(group, other);
    replaceGroups([...groups, group]);
  }

  function replaceGroups(next: readonly Group[]): void {
    groups = next;
    devices = next.flatMap((group) => group.devices);
  }

  function tellChange(): void {
    for (const listener of listeners) listener();
  }

  for (const description of descriptions) append(description);

  return {
    get devices() {
      return devices;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add(description) {
      append(description);
      tellChange();
    },
    fadeOut: (durationMs) => groups.filter(({ whole }) => whole.fadeOut(durationMs)).length > 0,
    remove(name) {
      const group = groups.find(({ whole }) => whole.name === name);
      if (group === undefined) return false;
      replaceGroups(groups.filter((other) => other !== group));
      for (const device of group.devices) device.retire();
      tellChange();
      return true;
    },
  };
}

function build(ports: DevicePorts, description: InterfaceDescription): Group {
  const hardware = new AudioInterface(ports, description);
  const whole = new VirtualDevice(ports, hardware, { ...description, channel: undefined });
  const views = description.views.map(({ name, channel }) => {
    if (!(channel >= 0 && channel < description.channelCount)) {
      throw new Error(`"${description.name}" has no channel ${channel} for "${name}" to show.`);
    }
    const options = { ...description, name, channel, hasPhoneLine: false };
    return new VirtualDevice(ports, hardware, options);
  });
  return { description, whole, devices: [whole, ...views] };
}

/** Joins two interfaces of which one names the other. */
function joinPassThrough(group: Group, other: Group): void {
  const isWanted =
    group.description.passThroughWith === other.whole.name ||
    other.description.passThroughWith === group.whole.name;
  if (!isWanted) return;
  const one = group.whole;
  const two = other.whole;
  if (one.rateHz !== two.rateHz || one.channelCount !== two.channelCount) {
    throw new Error(
      `"${one.name}" and "${two.name}" differ in rate or channels, so neither can pass through to the other.`,
    );
  }
  one.sharePassThrough(two);
}
