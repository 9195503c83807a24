// The events of the protocol, and the mask by which a client selects them.
import {
  atom,
  card8,
  card32,
  choice8,
  deviceIndex,
  deviceTime,
  type Layout,
  pad,
} from './fields.ts';
import type { EventEntry, EventValue } from './message.ts';

const phoneHead = {
  /** Wall clock of the server. */
  seconds: card32,
  microseconds: card32,
  time: deviceTime,
  device: deviceIndex,
} as const satisfies Layout;

function event<const B extends Layout>(type: number, doc: string, body: B): EventEntry<B> {
  return { type, doc, body };
}

export const events = {
  PhoneRing: event(2, 'The line rings: state 1 when a burst begins, 0 when it ends.', {
    ...phoneHead,
    state: card8,
  }),
  PhoneDTMF: event(3, 'A key on the line: state 1 while its tone is there; digit is ASCII.', {
    ...phoneHead,
    state: card8,
    digit: card8,
  }),
  PhoneLoop: event(4, 'Loop current: state 1 means that it flows.', { ...phoneHead, state: card8 }),
  DSP: event(5, 'Reserved for signal processors; the original never sent it.', {
    ...phoneHead,
    data0: card32,
    data1: card32,
  }),
  PhoneHookSwitch: event(6, 'The hook switch was set: state 1 is off hook.', {
    ...phoneHead,
    state: card8,
  }),
  Property: event(7, 'A property of a device was changed or deleted.', {
    device: deviceIndex,
    property: atom,
    time: deviceTime,
    change: choice8({ newValue: 0, deleted: 1 }),
    unused: pad(3),
  }),
} as const satisfies Record<string, EventEntry>;

export type EventName = keyof typeof events;

/** An event as a program sees it, without the sequence number that it travels under. */
export type AudioEvent = {
  [N in EventName]: { readonly event: N } & Readonly<EventValue<(typeof events)[N]>>;
}[EventName];

/** The bit that selects an event in SelectEvents. */
export function eventMask(...names: EventName[]): number {
  return names.reduce((mask, name) => mask | (1 << events[name].type), 0);
}

/** Bits outside this mask are BadValue in SelectEvents. */
export const ALL_EVENTS_MASK = eventMask(
  'PhoneRing',
  'PhoneDTMF',
  'PhoneLoop',
  'DSP',
  'PhoneHookSwitch',
  'Property',
);
