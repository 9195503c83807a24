// What the original programs sent is decoded to what they meant, and encoded again to the same bytes.
import { describe, expect, it } from 'vitest';
import { readAttributes, requireKnownAttributes } from '#shared/protocol/attributes';
import { ProtocolError } from '#shared/protocol/errors';
import { FIRST_EXTENSION_OPCODE } from '#shared/protocol/limits';
import { encodeSetupRequest } from '#shared/wire/packet-codec';
import { requestNamed } from '#shared/wire/request-codec';
import { type RequestFrame, RequestReader } from '#shared/wire/request-reader';
import {
  differenceFrom,
  type GoldenConnection,
  type GoldenPacket,
  type Info,
  recordings,
  streamOf,
} from '#test/support/golden';
import { type ClientMessage, clientMessageNamed } from '#test/support/messages';
import { type Bytes, written } from '#test/support/streams';

type Value = Readonly<Record<string, unknown>>;

const hexadecimal = (text: unknown): number => Number(text);
const unsigned = (number: unknown): number => (number as number) >>> 0;
const modes: Readonly<Record<string, readonly string[]>> = {
  ChangeHosts: ['insert', 'delete'],
  ChangeProperty: ['replace', 'prepend', 'append'],
};

/** How each field of the recordings' `info` is found in a decoded request. */
const expectations: Readonly<
  Record<string, (info: unknown, value: Value, name: string) => unknown[]>
> = {
  ac: (info, { context }) => [context, hexadecimal(info)],
  id: (info, { resource }) => [resource, hexadecimal(info)],
  mask: (info, { mask }) => [mask, hexadecimal(info)],
  device: (info, { device }) => [device, info],
  values: (info, { values }) => [values, (info as number[]).map(unsigned)],
  startTime: (info, { startTime }) => [startTime, info],
  nbytes: (info, { samples, byteCount }) => [(samples as Bytes)?.length ?? byteCount, info],
  channels: (info, { channelCount }) => [channelCount, info],
  type: (info, { encoding, type }) => [encoding ?? type, info],
  flags: (info, { bigEndianSamples, block, noTimeReply }) => [
    Number(bigEndianSamples) + 2 * Number(block ?? false) + 4 * Number(noTimeReply ?? false),
    info,
  ],
  property: (info, { property }) => [property, info],
  format: (info, { format }) => [format, info],
  units: (info, { data }) => [(data as Bytes).length, info],
  mode: (info, { mode }, name) => [mode, modes[name]?.[info as number] ?? info],
  longOffset: (info, { longOffset }) => [longOffset, info],
  longLength: (info, { longLength }) => [longLength, info],
  delete: (info, value) => [value.delete, info],
  atom: (info, { atom }) => [atom, info],
  name: (info, { name }) => [name, info],
  string: (info, { number }) => [number, info],
  onlyIfExists: (info, { onlyIfExists }) => [onlyIfExists, info === 1],
  state: (info, { state }) => [state, info],
  gain: (info, { gainDb }) => [gainDb, info],
  ms: (info, { durationMs }) => [durationMs, info],
  family: (info, { family }) => [family, info],
  address: (info, { address }) => [Array.from(address as Bytes).join('.'), info],
};

/** About the packet and not about its fields. */
const aboutLength = ['short', 'length'];

function checkInfo(info: Info, value: Value, name: string): void {
  for (const [key, told] of Object.entries(info)) {
    if (aboutLength.includes(key)) continue;
    const [actual, expected] = expectations[key]?.(told, value, name) ?? [`no rule for ${key}`];
    expect(actual, `${name}: ${key}`).toEqual(expected);
  }
}

/** Opcodes that the original does not know stand under their number. */
function messageOf(packet: GoldenPacket, frame: RequestFrame): ClientMessage | undefined {
  if (packet.name === 'AFTime request') {
    expect(frame.opcode).toBe(FIRST_EXTENSION_OPCODE);
    return clientMessageNamed('AFTime');
  }
  const name = requestNamed(frame.opcode);
  expect(name ?? `opcode ${frame.opcode}`).toBe(packet.name);
  return name && clientMessageNamed(name);
}

/** Errors that are looked for before the attributes are, so that these may be wrong as well. */
const beforeAttributes = ['BadAC', 'BadIDChoice', 'BadDevice'];

function decoded(
  message: ClientMessage,
  frame: RequestFrame,
  answer: GoldenPacket | undefined,
): Value | ProtocolError {
  try {
    const value = message.codec.decode(frame) as Value;
    const hasAttributes = message.name === 'CreateAC' || message.name === 'ChangeACAttributes';
    if (hasAttributes && !beforeAttributes.some((error) => answer?.name.startsWith(error))) {
      readAttributes(value.mask as number, value.values as number[]);
      requireKnownAttributes(value.mask as number);
    }
    return value;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

function answerTo(connection: GoldenConnection, sequence: number): GoldenPacket | undefined {
  return connection.fromServer.find(
    ({ name, sequence: answered }) =>
      answered === sequence && !name.endsWith(' event') && !name.startsWith('set-up'),
  );
}

/** Where a new server answers otherwise than the original did, which the recordings' quirks do not say. */
function isAnsweredOtherwise(name: string, error: ProtocolError, bytes: Bytes): boolean {
  // The original never looks at KillClient at all; one that carries no id is too short.
  return name === 'KillClient' && error.errorName === 'BadLength' && bytes.length === 4;
}

function checkError(
  packet: GoldenPacket,
  answer: GoldenPacket | undefined,
  error: ProtocolError,
): void {
  if (answer?.quirk || isAnsweredOtherwise(packet.name, error, packet.bytes)) return;
  expect(answer?.name).toMatch(new RegExp(`^${error.errorName} error`));
  const told = answer?.info.value;
  if (told !== undefined && error.errorName === 'BadValue') {
    expect(error.value).toBe(hexadecimal(told));
  }
}

function checkRequest(
  connection: GoldenConnection,
  packet: GoldenPacket,
  sequence: number,
  frame: RequestFrame,
): void {
  const message = messageOf(packet, frame);
  if (!message) return;
  const answer = answerTo(connection, sequence);
  const value = decoded(message, frame, answer);
  if (value instanceof ProtocolError) {
    checkError(packet, answer, value);
    return;
  }
  expect(answer?.name.startsWith('BadLength') ?? false, `${answer?.name} is ours too`).toBe(false);
  checkInfo(packet.info, value, packet.name);
  // The detail byte chooses among the requests of an extension, and AFTime bears any.
  const minorOpcode = frame.opcode < FIRST_EXTENSION_OPCODE ? 0 : frame.detail;
  const again = written(connection.byteOrder, (writer) =>
    message.codec.encode(writer, value, message.opcode, minorOpcode),
  );
  // A length that is not looked at exactly may be 0, or more than the fields need.
  const isExact = message.entry.length.startsWith('exact');
  if (isExact || (frame.declaredUnits > 0 && again.length === packet.bytes.length)) {
    expect(differenceFrom(packet, again)).toBeUndefined();
  }
}

function piecesOf(stream: Bytes, pieceBytes: number): Bytes[] {
  const pieces: Bytes[] = [];
  for (let at = 0; at < stream.length; at += pieceBytes) {
    pieces.push(stream.slice(at, at + pieceBytes));
  }
  return pieces;
}

function checkSetup(connection: GoldenConnection, reader: RequestReader): boolean {
  const [packet] = connection.fromClient;
  const result = reader.nextSetup();
  if (!packet || result.kind === 'incomplete') return false;
  if (result.kind !== 'request') {
    expect(result.kind).toBe('notAudioFile');
    expect(connection.fromServer).toEqual([]);
    return false;
  }
  const { majorVersion, minorVersion, authorizationName, authorizationData } = result.request;
  const { major, minor, authName, authBytes } = packet.info;
  expect([majorVersion, minorVersion, authorizationName, authorizationData.length]).toEqual([
    major,
    minor,
    authName,
    authBytes,
  ]);
  expect(result.littleEndian).toBe(connection.byteOrder === 'little');
  const again = written(connection.byteOrder, (writer) =>
    encodeSetupRequest(writer, result.request),
  );
  expect(differenceFrom(packet, again)).toBeUndefined();
  return true;
}

/** Each request as often as it was sent, with its sequence number. */
function requestsOf(connection: GoldenConnection): { packet: GoldenPacket; sequence: number }[] {
  const [, ...requests] = connection.fromClient;
  return requests
    .flatMap((packet) => Array.from({ length: packet.repeat }, () => packet))
    .map((packet, index) => ({ packet, sequence: index + 1 }));
}

function replay(connection: GoldenConnection, pieceBytes: number): void {
  const reader = new RequestReader();
  const requests = requestsOf(connection);
  let isSetUp = false;
  let index = 0;
  for (const piece of piecesOf(streamOf(connection.fromClient), pieceBytes)) {
    reader.push(piece);
    isSetUp ||= checkSetup(connection, reader);
    if (!isSetUp) continue;
    for (let frame = reader.next(); frame; frame = reader.next()) {
      const { packet, sequence } = requests[index] ?? expect.fail('more requests than were sent');
      // What is sent 65,000 times is looked at once.
      if (packet !== requests[index - 1]?.packet) checkRequest(connection, packet, sequence, frame);
      index += 1;
    }
  }
  if (isSetUp) expect(index).toBe(requests.length);
}

describe.each(recordings)('$file ($title)', ({ connections }) => {
  it('is understood and written again, in one piece', () => {
    for (const connection of connections) replay(connection, Number.POSITIVE_INFINITY);
  });

  it('is understood and written again, in pieces of 61 bytes', () => {
    for (const connection of connections) replay(connection, 61);
  });
});
