// The set-up exchange, which opens every connection before there are requests.
import {
  bytes,
  card8,
  card16,
  card32,
  count8,
  count16,
  type Layout,
  list,
  pad,
  text,
  type ValueOf,
} from './fields.ts';

export const PROTOCOL_MAJOR = 3;
export const PROTOCOL_MINOR = 0;

/** The first byte of a connection, which says the byte order of all that follows, both ways. */
export const BYTE_ORDER_MARKS = { little: 0x6c, big: 0x42 } as const;
export type ByteOrder = keyof typeof BYTE_ORDER_MARKS;

/** The one authorization protocol there is. */
export const MAGIC_COOKIE = 'MIT-MAGIC-COOKIE-1';

/** From byte 2 of the set-up request; byte 0 is the mark, byte 1 unused. */
export const setupRequest = {
  majorVersion: card16,
  minorVersion: card16,
  authorizationNameByteCount: count16('authorizationName'),
  authorizationDataByteCount: count16('authorizationData'),
  unused: pad(2),
  authorizationName: text('authorizationNameByteCount'),
  authorizationData: bytes('authorizationDataByteCount'),
} as const satisfies Layout;

/** The first 8 bytes of the answer. The additional length counts what follows, in units of 4 bytes. */
export const setupReplyPrefix = {
  accepted: card8,
  reasonByteCount: card8,
  majorVersion: card16,
  minorVersion: card16,
  additionalUnits: card16,
} as const satisfies Layout;

export const deviceDescription = {
  type: card8,
  playChannelCount: card8,
  recordChannelCount: card8,
  unused: pad(1),
  inputCount: card32,
  outputCount: card32,
  phoneInputMask: card32,
  phoneOutputMask: card32,
  playRateHz: card32,
  playEncoding: card32,
  playBufferFrames: card32,
  recordRateHz: card32,
  recordEncoding: card32,
  recordBufferFrames: card32,
} as const satisfies Layout;

/** What follows the prefix when the client is accepted. */
export const setupAccepted = {
  release: card32,
  resourceIdBase: card32,
  resourceIdMask: card32,
  vendorByteCount: count16('vendor'),
  maxRequestUnits: card16,
  deviceCount: count8('devices'),
  unused: pad(3),
  vendor: text('vendorByteCount'),
  devices: list('deviceCount', deviceDescription),
} as const satisfies Layout;

export type SetupRequest = ValueOf<typeof setupRequest>;
export type SetupAccepted = ValueOf<typeof setupAccepted>;
export type DeviceDescription = ValueOf<typeof deviceDescription>;

/** What a device is good for, by the `type` of its description. */
export const deviceTypes = { codec: 0, hifi: 1 } as const;

/** The reasons that old programs print; the first has no better words, by design. */
export const refusals = {
  version: 'Protocol version mismatch',
  notAuthorized: 'Client is not authorized to connect to Server',
  tooManyClients: 'Maximum number of clients reached',
} as const;
