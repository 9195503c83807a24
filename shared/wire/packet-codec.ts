// The set-up exchange both ways, and what a server sends besides replies: errors and events.
import { errorBody } from '#shared/protocol/errors';
import { type AudioEvent, type EventName, events } from '#shared/protocol/events';
import type { ValueOf } from '#shared/protocol/fields';
import { PACKET_BYTES } from '#shared/protocol/limits';
import {
  BYTE_ORDER_MARKS,
  PROTOCOL_MAJOR,
  PROTOCOL_MINOR,
  type SetupAccepted,
  type SetupRequest,
  setupAccepted,
  setupReplyPrefix,
  setupRequest,
} from '#shared/protocol/setup';
import type { Cursor } from './cursor.ts';
import { compileLayout, type LayoutCodec } from './layout-codec.ts';
import { padded, writeText } from './variable-fields.ts';
import type { Writer } from './writer.ts';

export const SETUP_REPLY_PREFIX_BYTES = 8;

const setupRequestCodec = compileLayout<SetupRequest>([{ layout: setupRequest, offset: 2 }]);
const prefixCodec = compileLayout<ValueOf<typeof setupReplyPrefix>>([
  { layout: setupReplyPrefix, offset: 0 },
]);
const acceptedCodec = compileLayout<SetupAccepted>([
  { layout: setupAccepted, offset: SETUP_REPLY_PREFIX_BYTES },
]);
const errorCodec = compileLayout<ValueOf<typeof errorBody>>([
  { layout: errorBody, offset: 4, paddedTo: PACKET_BYTES },
]);

type EventCodecs = { readonly [N in EventName]: LayoutCodec<Extract<AudioEvent, { event: N }>> };

const eventCodecs = Object.fromEntries(
  Object.entries(events).map(([name, { body }]) => [
    name,
    compileLayout([{ layout: body, offset: 4, paddedTo: PACKET_BYTES }]),
  ]),
) as unknown as EventCodecs;

const eventNamesByType: ReadonlyMap<number, EventName> = new Map(
  (Object.keys(events) as EventName[]).map((name) => [events[name].type, name]),
);

/** Undefined for types that nobody here knows, such as an extension's. */
function eventNamed(type: number): EventName | undefined {
  return eventNamesByType.get(type);
}

export function encodeSetupRequest(writer: Writer, request: SetupRequest): void {
  const start = setupRequestCodec.encode(writer, request);
  const mark = BYTE_ORDER_MARKS[writer.littleEndian ? 'little' : 'big'];
  writer.view.setUint8(start, mark);
}

export function decodeSetupRequest(cursor: Cursor, start: number): SetupRequest {
  return setupRequestCodec.decode(cursor, start);
}

export function encodeSetupAccepted(writer: Writer, value: SetupAccepted): void {
  const before = writer.byteCount;
  const start = acceptedCodec.encode(writer, value);
  const additionalUnits = (writer.byteCount - before - SETUP_REPLY_PREFIX_BYTES) >> 2;
  encodePrefix(writer, start, 1, 0, additionalUnits);
}

/** The reason is at most 255 bytes, because one byte tells its length. */
export function encodeSetupRefused(writer: Writer, reason: string): void {
  const text = reason.slice(0, 0xff);
  const start = writer.reserve(SETUP_REPLY_PREFIX_BYTES + padded(text.length));
  encodePrefix(writer, start, 0, text.length, padded(text.length) >> 2);
  writeText(writer.bytes, start + SETUP_REPLY_PREFIX_BYTES, text);
}

function encodePrefix(
  { view, littleEndian }: Writer,
  start: number,
  accepted: number,
  reasonByteCount: number,
  additionalUnits: number,
): void {
  view.setUint8(start, accepted);
  view.setUint8(start + 1, reasonByteCount);
  view.setUint16(start + 2, PROTOCOL_MAJOR, littleEndian);
  view.setUint16(start + 4, PROTOCOL_MINOR, littleEndian);
  view.setUint16(start + 6, additionalUnits, littleEndian);
}

export function decodeSetupPrefix(cursor: Cursor, start: number) {
  return prefixCodec.decode(cursor, start);
}

export function decodeSetupAccepted(cursor: Cursor, start: number): SetupAccepted {
  return acceptedCodec.decode(cursor, start);
}

/** An error as it travels: the code may be one of an extension. */
export interface ErrorPacket {
  readonly code: number;
  readonly value: number;
  readonly minorOpcode: number;
  readonly majorOpcode: number;
}

export function encodeError(writer: Writer, sequence: number, error: ErrorPacket): void {
  const start = errorCodec.encode(writer, error);
  writer.view.setUint8(start + 1, error.code);
  writer.view.setUint16(start + 2, sequence, writer.littleEndian);
}

export function decodeError(cursor: Cursor, start: number): ErrorPacket {
  const code = cursor.view.getUint8(start + 1);
  return Object.assign(errorCodec.decode(cursor, start), { code });
}

export function encodeEvent(writer: Writer, sequence: number, event: AudioEvent): void {
  const codec = eventCodecs[event.event] as LayoutCodec<AudioEvent>;
  const start = codec.encode(writer, event);
  writer.view.setUint8(start, events[event.event].type);
  writer.view.setUint16(start + 2, sequence, writer.littleEndian);
}

export function isCoreEvent(firstByte: number): boolean {
  return eventNamesByType.has(firstByte);
}

/** Undefined for events that nobody here knows, such as an extension's. */
export function decodeEvent(cursor: Cursor, start: number): AudioEvent | undefined {
  const name = eventNamed(cursor.view.getUint8(start));
  if (name === undefined) return undefined;
  const codec = eventCodecs[name] as LayoutCodec<AudioEvent>;
  return Object.assign(codec.decode(cursor, start), { event: name });
}
