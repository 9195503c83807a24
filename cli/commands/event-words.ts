// Events of devices as a line for people and as an object for programs.
import type { AudioEvent } from '#shared/client/index';

export interface EventNames {
  /** Of the device, or its number where it has none. */
  readonly device: string;
  /** Of a property that changed. */
  readonly property: string | undefined;
}

const sayings: {
  readonly [N in AudioEvent['event']]: (
    event: Extract<AudioEvent, { readonly event: N }>,
    names: EventNames,
  ) => string;
} = {
  PhoneRing: ({ state }) => (state ? 'the line rings' : 'the line stopped ringing'),
  PhoneDTMF: ({ digit, state }) =>
    `key ${String.fromCharCode(digit)} ${state ? 'pressed' : 'released'}`,
  PhoneLoop: ({ state }) => (state ? 'loop current flows' : 'loop current ended'),
  PhoneHookSwitch: ({ state }) => (state ? 'off hook' : 'on hook'),
  DSP: ({ data0, data1 }) => `signal processor ${data0} ${data1}`,
  Property: ({ change }, { property }) =>
    `property ${property} ${change === 'deleted' ? 'deleted' : 'changed'}`,
};

/** The table has under each name what takes that name's event, which the cast says. */
function sayingOf(event: AudioEvent, names: EventNames): string {
  const saying = sayings[event.event] as (event: AudioEvent, names: EventNames) => string;
  return saying(event, names);
}

/** When, in the server's own words or else by this machine's clock; where; what. */
export function eventLine(event: AudioEvent, names: EventNames, nowMs: number): string {
  return `${wallClockOf(event, nowMs)}  ${event.time}  ${names.device}  ${sayingOf(event, names)}`;
}

export function eventJson(event: AudioEvent, names: EventNames, nowMs: number): object {
  const common = {
    event: event.event,
    device: event.device,
    deviceName: names.device,
    deviceTime: event.time,
    at: wallClockOf(event, nowMs),
  };
  if (event.event === 'Property') {
    return { ...common, property: names.property, change: event.change };
  }
  if (event.event === 'DSP') return { ...common, data: [event.data0, event.data1] };
  const isOn = event.state !== 0;
  if (event.event !== 'PhoneDTMF') return { ...common, isOn };
  return { ...common, isOn, key: String.fromCharCode(event.digit) };
}

/** Property events do not say when they were, but they arrive at once. */
function wallClockOf(event: AudioEvent, nowMs: number): string {
  const ms =
    event.event === 'Property' ? nowMs : event.seconds * 1_000 + event.microseconds / 1_000;
  return new Date(ms).toISOString();
}
