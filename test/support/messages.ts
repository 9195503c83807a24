// Every message of the tables under one face, for tests that treat all of them alike.
import fc from 'fast-check';
import { errors } from '#shared/protocol/errors';
import { type AudioEvent, type EventName, events } from '#shared/protocol/events';
import { extensions } from '#shared/protocol/extensions';
import { FIRST_EXTENSION_OPCODE } from '#shared/protocol/limits';
import type { AnyReplyEntry, AnyRequestEntry } from '#shared/protocol/message';
import { type RequestName, requests } from '#shared/protocol/requests/index';
import { decodeError, decodeEvent, encodeError, encodeEvent } from '#shared/wire/packet-codec';
import type { Packet, PacketKind } from '#shared/wire/packet-reader';
import { type RequestCodec, requestCodec, requestCodecs } from '#shared/wire/request-codec';
import type { Writer } from '#shared/wire/writer';
import { valuesOf } from '#test/support/values-of';

export type AnyCodec = RequestCodec<unknown, unknown>;

export interface ClientMessage {
  readonly name: string;
  readonly opcode: number;
  readonly entry: AnyRequestEntry;
  readonly codec: AnyCodec;
  readonly values: fc.Arbitrary<unknown>;
}

export interface ServerMessage {
  readonly name: string;
  readonly kind: PacketKind;
  readonly values: fc.Arbitrary<unknown>;
  encode(writer: Writer, sequence: number, value: unknown): void;
  decode(packet: Pick<Packet, 'cursor' | 'start'>): unknown;
}

const { AFTime } = extensions.aftime.requests;

function clientMessage(
  name: string,
  opcode: number,
  entry: AnyRequestEntry,
  codec: AnyCodec,
): ClientMessage {
  return { name, opcode, entry, codec, values: valuesOf({ ...entry.detail, ...entry.body }) };
}

/** The 37 requests, and the extension's as its server numbers it. */
export const clientMessages: readonly ClientMessage[] = [
  ...(Object.keys(requests) as RequestName[]).map((name) =>
    clientMessage(name, requests[name].opcode, requests[name], requestCodecs[name]),
  ),
  clientMessage('AFTime', FIRST_EXTENSION_OPCODE, AFTime, requestCodec(AFTime)),
];

export function clientMessageNamed(name: string): ClientMessage {
  const message = clientMessages.find((candidate) => candidate.name === name);
  if (!message) throw new Error(`no request is named ${name}`);
  return message;
}

function replyMessage(name: string, codec: AnyCodec, reply: AnyReplyEntry): ServerMessage {
  return {
    name: `${name} reply`,
    kind: 'reply',
    values: valuesOf({ ...reply.detail, ...reply.body, ...reply.extra }),
    encode: (writer, sequence, value) => codec.encodeReply(writer, sequence, value),
    decode: ({ cursor, start }) => codec.decodeReply(cursor, start),
  };
}

function eventMessage(name: EventName): ServerMessage {
  return {
    name: `${name} event`,
    kind: 'event',
    values: valuesOf(events[name].body).map((value) => ({ ...value, event: name })),
    encode: (writer, sequence, value) => encodeEvent(writer, sequence, value as AudioEvent),
    decode: ({ cursor, start }) => decodeEvent(cursor, start),
  };
}

function errorMessage(name: string, code: number): ServerMessage {
  const values = fc.record({
    value: fc.integer({ min: 0, max: 0xffff_ffff }),
    minorOpcode: fc.integer({ min: 0, max: 0xffff }),
    majorOpcode: fc.integer({ min: 0, max: 0xff }),
  });
  return {
    name: `${name} error`,
    kind: 'error',
    values: values.map((value) => ({ ...value, code })),
    encode: (writer, sequence, value) =>
      encodeError(writer, sequence, value as Parameters<typeof encodeError>[2]),
    decode: ({ cursor, start }) => decodeError(cursor, start),
  };
}

/** Everything that follows the set-up: each reply, each event, each error. */
export const serverMessages: readonly ServerMessage[] = [
  ...clientMessages.flatMap(({ name, codec, entry: { reply } }) =>
    reply ? [replyMessage(name, codec, reply)] : [],
  ),
  ...(Object.keys(events) as EventName[]).map(eventMessage),
  ...Object.entries(errors).map(([name, { code }]) => errorMessage(name, code)),
];
