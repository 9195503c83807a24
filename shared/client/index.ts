// The client's public face.

export { predefinedAtoms } from '#shared/protocol/atoms';
export type { EncodingName } from '#shared/protocol/encodings';
export { encodings } from '#shared/protocol/encodings';
export type { AudioEvent, EventName } from '#shared/protocol/events';
export { extensions } from '#shared/protocol/extensions';
export type { Atom, ContextId, DeviceIndex, DeviceTime } from '#shared/protocol/ids';
export { MAGIC_COOKIE } from '#shared/protocol/setup';
export type { Atoms } from './atoms.ts';
export type { ByteReceiver, ByteStream } from './byte-stream.ts';
export type { Calls, Proof } from './calls.ts';
export { type Connection, type ConnectOptions, connectAudioFile } from './connection.ts';
export type { Attributes, Context, PlayOptions, RecordOptions } from './context.ts';
export type { Device } from './device.ts';
export type { DeviceControls, GainRange, MaskChange } from './device-controls.ts';
export type {
  ChangeMode,
  DeviceProperties,
  PartOptions,
  Property,
  PropertyName,
  PropertyPart,
} from './device-properties.ts';
export { AudioFileError, ConnectionError, type ConnectionErrorCode } from './errors.ts';
export type { EventFilter, EventOptions, EventSubscription } from './events.ts';
export type { Extension, ExtensionPlace, Extensions } from './extensions.ts';
export type { Host, HostAccess, HostAddress, Hosts } from './hosts.ts';
export type { PhoneLine, PhoneState } from './phone-line.ts';
export type { Recording } from './record.ts';
export type { Authorization } from './session.ts';
export type { StopSignal } from './stop-signal.ts';
export { createStreamPair } from './stream-pair.ts';
