// Every number that an AudioFile program can choose, and what holds it.
import { MAX_FLASH_MS, MAX_WAITING_STEPS } from '#server/devices/phone-line';
import { MAX_HOSTS } from '#server/dispatch/access';
import { MAX_CLIENT_INDEX } from '#server/dispatch/server';
import { CONGESTED_BYTES, REQUESTS_PER_TURN, TURN_MS } from '#server/dispatch/session';
import { FINISHED_PAUSE_MS, FLUSH_LIMIT_MS, QUEUE_MARK_BYTES } from '#server/transport/connection';
import { KEEP_ALIVE_MS } from '#server/transport/listen';
import { MAX_GAIN_DB } from '#shared/audio/gain';
import { MAX_RATE_HZ, MAX_REQUEST_BYTES, MIN_RATE_HZ } from '#shared/protocol/limits';
import { MAX_AUTHORIZATION_BYTES } from '#shared/wire/request-reader';
import { MAX_STREAM_MESSAGE_BYTES } from '../web-doors.ts';
import { type Bound, bytes, duration, limited, plain } from './bound.ts';

export const audioFileBounds = {
  connections: {
    what: 'Connections of all doors together',
    ...limited('connections', plain),
    past: 'a connection is closed at once; the log tells how many, every 10 s at most',
  },
  connectionsPerAddress: {
    what: 'Connections of one address of another machine, of all doors together; IPv6 networks (/64) count as one, trusted proxies not at all',
    ...limited('connectionsPerAddress', plain),
    past: 'a connection is closed at once; the log tells the address',
  },
  setupRate: {
    what: 'Connections of one address in a second; twice as many at once, and IPv6 networks (/64) count as one',
    ...limited('setupsPerSecond', plain),
    past: 'a set-up is refused, and the log tells the address',
  },
  failedCookies: {
    what: 'Wrong cookies of one address in a minute',
    ...limited('failedCookiesPerMinute', plain),
    past: 'no cookie of it is looked at for a while, and the log tells the address',
  },
  trackedAddresses: {
    what: 'Addresses whose rates are remembered',
    ...limited('trackedAddresses', plain),
    past: 'the one that was quiet for longest is forgotten',
  },
  setupTime: {
    what: 'Time that a set-up may take to arrive, however slowly its bytes come',
    ...limited('setupTimeoutMs', duration),
    past: 'the connection is closed',
  },
  setupMark: {
    what: 'First byte of a connection',
    bound: '`l` or `B`',
    past: 'the connection is closed without an answer',
    fields: ['setup.byteOrder'],
  },
  setupVersion: {
    what: 'Version of the protocol',
    bound: '3.0',
    past: 'the set-up is refused with a reason, and the connection is closed',
    fields: ['setup.majorVersion', 'setup.minorVersion'],
  },
  authorization: {
    what: 'Name and data of a set-up’s authorization together',
    bound: bytes(MAX_AUTHORIZATION_BYTES),
    past: 'the set-up is refused as soon as its length is known, and the connection is closed',
    fields: ['setup.authorizationName', 'setup.authorizationData'],
  },
  clients: {
    what: 'Clients at a time',
    ...limited('clients', plain),
    past: 'a set-up is refused with “Maximum number of clients reached”',
  },
  clientIndex: {
    what: 'Clients at a time, whatever the setting: resource ids have 12 bits for them',
    bound: plain(MAX_CLIENT_INDEX),
    past: 'a set-up is refused with “Maximum number of clients reached”',
  },
  requestBytes: {
    what: 'Length of a request',
    bound: bytes(MAX_REQUEST_BYTES),
    past: 'BadLength; the bytes are thrown away as they come, and the next request is taken',
  },
  requestLength: {
    what: 'Length of a request against what its fields say',
    bound: 'the same',
    past: 'BadLength; the length in the header is what is consumed',
    fields: [
      'PlaySamples.samples',
      'ChangeProperty.data',
      'InternAtom.name',
      'QueryExtension.name',
      'CreateAC.values',
      'ChangeACAttributes.values',
    ],
  },
  opcode: {
    what: 'Opcode, and minor opcode of an extension',
    bound: 'those of [the tables](protocol.md)',
    past: 'BadRequest',
  },
  requestsPerTurn: {
    what: 'Requests of one client before others have their turn',
    bound: `${REQUESTS_PER_TURN}, or ${duration(TURN_MS)} of them`,
    past: 'the rest waits for the next turn of the event loop',
  },
  heldInput: {
    what: 'Bytes of a client that are held while its request waits for its time',
    bound: `about ${bytes(QUEUE_MARK_BYTES)}`,
    past: 'nothing more is read: they stay in the kernel, and the client has to wait',
  },
  finishedPause: {
    what: 'Time for which a request of a client may wait that has finished sending',
    bound: duration(FINISHED_PAUSE_MS),
    past: 'the connection is closed',
  },
  vanishedClient: {
    what: 'Silence after which the kernel asks whether a client’s machine is still there',
    bound: duration(KEEP_ALIVE_MS),
    past: 'the kernel probes, and ends the connection when nobody answers',
  },
  congestion: {
    what: 'Answers that a client leaves unread while it asks for more',
    bound: bytes(CONGESTED_BYTES),
    past: 'no more of its requests are taken until it has read',
  },
  stalledOutput: {
    what: 'Time for which it may leave them unread',
    ...limited('stalledOutputMs', duration),
    past: 'the client is disconnected, and the log tells why',
  },
  queuedBytes: {
    what: 'Answers and events that wait for a client in all',
    ...limited('queuedBytesPerClient', bytes),
    past: 'the client is disconnected, and the log tells why',
  },
  unreadEnd: {
    what: 'Time that a client may take to read the last answers of a connection that ends',
    bound: duration(FLUSH_LIMIT_MS),
    past: 'the connection is cut',
  },
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
  deviceGain: {
    what: 'Gains of a device',
    bound: '`inputGain` and `outputGain` of the device',
    past: 'BadValue',
    fields: ['SetInputGain.gainDb', 'SetOutputGain.gainDb'],
  },
  deviceMask: {
    what: 'Masks of inputs, outputs, pass-through and gain control',
    bound: 'the switches that the device has',
    past: 'BadValue',
    fields: [
      'EnableInput',
      'EnableOutput',
      'DisableInput',
      'DisableOutput',
      'EnablePassThrough',
      'DisablePassThrough',
      'EnableGainControl',
      'DisableGainControl',
    ].map((request) => `${request}.mask`),
  },
  dialedSteps: {
    what: 'Digits, pauses and flashes that wait on a telephone line',
    bound: plain(MAX_WAITING_STEPS),
    past: 'the rest of a number is not dialed',
    fields: ['DialPhone.number'],
  },
  flash: {
    what: 'How long the hook is flashed',
    bound: duration(MAX_FLASH_MS),
    past: 'nothing happens',
    fields: ['FlashHook.durationMs'],
  },
  hook: {
    what: 'State of the hook',
    bound: '0 or 1',
    past: 'nothing happens, as in the original',
    fields: ['HookSwitch.state'],
  },
  accessMode: {
    what: 'State of access control',
    bound: '0 or 1',
    past: 'BadValue',
    fields: ['SetAccessControl.mode'],
  },
  hostAddress: {
    what: 'Mode, family and address of a host',
    bound: 'IPv4 and 4 bytes',
    past: 'BadValue',
    fields: ['ChangeHosts.mode', 'ChangeHosts.family', 'ChangeHosts.address'],
  },
  hosts: {
    what: 'Hosts in the list',
    bound: plain(MAX_HOSTS),
    past: 'BadAlloc',
  },
  killedClient: {
    what: 'Resource whose client is to be disconnected',
    bound: 'one in the range of a client',
    past: 'BadValue',
    fields: ['KillClient.resource'],
  },
  atom: {
    what: 'Number of an atom',
    bound: 'one that was interned',
    past: 'BadAtom',
    fields: [
      'GetAtomName.atom',
      'ChangeProperty.property',
      'ChangeProperty.type',
      'DeleteProperty.property',
      'GetProperty.property',
      'GetProperty.type',
    ],
  },
  atoms: {
    what: 'Atoms that clients intern',
    ...limited('atoms', plain),
    past: 'BadAlloc',
  },
  atomNames: {
    what: 'Names of all atoms together',
    ...limited('atomNameBytes', bytes),
    past: 'BadAlloc',
  },
  properties: {
    what: 'Properties of one device',
    ...limited('propertiesPerDevice', plain),
    past: 'BadAlloc',
  },
  propertyBytes: {
    what: 'All properties of one device together',
    ...limited('propertyBytes', bytes),
    past: 'BadAlloc, and the property stays as it was',
  },
  propertyFormat: {
    what: 'Mode and format of a property',
    bound: 'replace, prepend or append; 8, 16 or 32',
    past: 'BadValue',
    fields: ['ChangeProperty.mode', 'ChangeProperty.format'],
  },
  propertyPart: {
    what: 'Where a part of a property begins',
    bound: 'the property’s end',
    past: 'BadValue; a part that reaches beyond the end ends there',
    fields: ['GetProperty.longOffset', 'GetProperty.longLength', 'GetProperty.delete'],
  },
  streamMessage: {
    what: 'Length of a WebSocket message on `/audiofile`',
    bound: bytes(MAX_STREAM_MESSAGE_BYTES),
    past: 'the WebSocket is closed with 1009',
  },
  streamText: {
    what: 'Kind of a WebSocket message on `/audiofile`',
    bound: 'binary',
    past: 'the WebSocket is closed with 1003',
  },
} as const satisfies Record<string, Bound>;

/** Fields of which every value is as good as another: booleans and bits. */
export const freeAudioFileFields: readonly string[] = [
  'PlaySamples.bigEndianSamples',
  'PlaySamples.noTimeReply',
  'RecordSamples.bigEndianSamples',
  'RecordSamples.block',
  // Of the past there is silence, and of the future nothing yet.
  'RecordSamples.startTime',
  'InternAtom.onlyIfExists',
];
