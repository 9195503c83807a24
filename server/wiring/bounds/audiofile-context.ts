// What AudioFile requests can choose about audio contexts, and about what is played and recorded in them.
import { MAX_GAIN_DB } from '#shared/audio/gain';
import { MAX_RATE_HZ, MIN_RATE_HZ } from '#shared/protocol/limits';
import { type Bound, bytes, limited, plain } from './bound.ts';

export const contextBounds = {
  contextsPerClient: {
    what: 'Audio contexts of one client',
    ...limited('contextsPerClient', plain),
    past: 'BadAlloc',
  },
  contexts: {
    what: 'Audio contexts of all clients',
    ...limited('contexts', plain),
    past: 'BadAlloc',
  },
  resourceId: {
    what: 'Number of a new context',
    bound: 'the client’s own range, and not in use',
    past: 'BadIDChoice',
    fields: ['CreateAC.context'],
  },
  context: {
    what: 'Number of a context in any other request',
    bound: 'one that there is',
    past: 'BadAC',
    fields: [
      'SelectEvents',
      'DialPhone',
      'ChangeACAttributes',
      'FreeAC',
      'PlaySamples',
      'RecordSamples',
      'GetTime',
      'HookSwitch',
      'SetInputGain',
      'SetOutputGain',
      'QueryInputGain',
      'QueryOutputGain',
      'EnableInput',
      'EnableOutput',
      'DisableInput',
      'DisableOutput',
      'QueryPhone',
      'EnablePassThrough',
      'DisablePassThrough',
      'FlashHook',
      'ChangeProperty',
      'DeleteProperty',
      'GetProperty',
      'ListProperties',
      'EnableGainControl',
      'DisableGainControl',
      'SetContextRate',
    ].map((request) => `${request}.context`),
  },
  device: {
    what: 'Number of a device',
    bound: 'those of the set-up’s answer',
    past: 'BadDevice',
    fields: ['CreateAC.device'],
  },
  attributeMask: {
    what: 'Mask of a context’s attributes, and how many values follow it',
    bound: '6 bits, and one value for each',
    past: 'BadValue; BadLength where the values do not fit the mask',
    fields: ['CreateAC.mask', 'ChangeACAttributes.mask'],
  },
  attributeGain: {
    what: 'Gains of a context',
    bound: `-${MAX_GAIN_DB} to ${MAX_GAIN_DB} dB`,
    past: 'the nearest gain is taken, as the original does',
  },
  attributeEncoding: {
    what: 'Encoding of a context',
    bound: 'one that has a coder',
    past: 'BadValue',
  },
  ratedContexts: {
    what: 'Contexts with a sample rate of their own, of all clients',
    ...limited('ratedContexts', plain),
    past: 'BadAlloc',
  },
  contextRate: {
    what: 'Sample rate of a context',
    bound: `${plain(MIN_RATE_HZ)} to ${plain(MAX_RATE_HZ)} Hz`,
    past: 'BadValue',
    fields: ['SetContextRate.rateHz'],
  },
  eventMask: {
    what: 'Mask of events',
    bound: 'the events that there are',
    past: 'BadValue',
    fields: ['SelectEvents.mask'],
  },
  playFormat: {
    what: 'Channels and encoding of samples',
    bound: 'the device’s and the context’s',
    past: 'BadMatch',
    fields: ['channelCount', 'encoding'].flatMap((field) => [
      `PlaySamples.${field}`,
      `RecordSamples.${field}`,
    ]),
  },
  playAhead: {
    what: 'How far ahead of the device’s time sound is taken',
    bound: 'the play buffer: `bufferSeconds` of the device',
    past: 'the play waits until it fits, and this connection alone with it',
    fields: ['PlaySamples.startTime'],
  },
  recordBytes: {
    what: 'Samples that one request records',
    ...limited('recordReplyBytes', bytes),
    past: 'BadImplementation, with the number',
    fields: ['RecordSamples.byteCount'],
  },
} as const satisfies Record<string, Bound>;
