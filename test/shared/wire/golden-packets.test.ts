// What the original server sent is decoded to what it meant, and encoded again to the same bytes.
import { describe, expect, it } from 'vitest';
import { errorNamed } from '#shared/protocol/errors';
import { type AudioEvent, events } from '#shared/protocol/events';
import {
  decodeError,
  decodeEvent,
  type ErrorPacket,
  encodeError,
  encodeEvent,
  encodeSetupAccepted,
  encodeSetupRefused,
} from '#shared/wire/packet-codec';
import { type Packet, PacketReader } from '#shared/wire/packet-reader';
import { requestNamed } from '#shared/wire/request-codec';
import {
  differenceFrom,
  type GoldenConnection,
  type GoldenPacket,
  type Info,
  recordings,
  streamOf,
} from '#test/support/golden';
import { clientMessageNamed } from '#test/support/messages';
import { type Bytes, written } from '#test/support/streams';

type Value = Readonly<Record<string, unknown>>;

interface Host {
  readonly family: number;
  readonly address: Bytes;
}

const hostWords = ({ family, address }: Host): string => `${family}:${address.join('.')}`;

/** How each field of the recordings' `info` is found in a decoded packet. */
const replyExpectations: Readonly<Record<string, (value: Value) => unknown>> = {
  time: ({ time }) => time,
  nbytes: ({ samples }) => (samples as Bytes).length,
  old: ({ oldMask }) => oldMask,
  new: ({ newMask }) => newMask,
  gain: ({ gainDb }) => gainDb,
  min: ({ minGainDb }) => minGainDb,
  max: ({ maxGainDb }) => maxGainDb,
  present: ({ present }) => present,
  major: ({ opcode }) => opcode,
  firstEvent: ({ firstEvent }) => firstEvent,
  firstError: ({ firstError }) => firstError,
  names: ({ extensions }) => (extensions as { name: string }[]).map(({ name }) => name),
  enabled: ({ enabled }) => enabled,
  hosts: ({ hosts }) => (hosts as Host[]).map(hostWords),
  hook: ({ hookState }) => hookState,
  loop: ({ loopCurrent }) => loopCurrent,
  atoms: ({ properties }) => properties,
  items: ({ data }) => (data as Bytes).length,
  format: ({ format }) => format,
  bytesAfter: ({ bytesAfter }) => bytesAfter,
  type: ({ type }) => type,
  name: ({ name }) => name,
  atom: ({ atom }) => atom,
};

const errorExpectations: typeof replyExpectations = {
  code: ({ code }) => code,
  value: ({ value }) => `0x${(value as number).toString(16)}`,
  major: ({ majorOpcode }) => majorOpcode,
  minor: ({ minorOpcode }) => minorOpcode,
};

const eventExpectations: typeof replyExpectations = {
  device: ({ device }) => device,
  state: ({ state, change }) => state ?? ['newValue', 'deleted'].indexOf(change as string),
  digit: ({ digit }) => String.fromCharCode(digit as number),
  atom: ({ property }) => property,
};

const setupExpectations: typeof replyExpectations = {
  release: ({ release }) => release,
  idBase: ({ resourceIdBase }) => `0x${(resourceIdBase as number).toString(16)}`,
  idMask: ({ resourceIdMask }) => `0x${(resourceIdMask as number).toString(16)}`,
  maxRequestUnits: ({ maxRequestUnits }) => maxRequestUnits,
  vendor: ({ vendor }) => vendor,
  devices: ({ devices }) => (devices as unknown[]).length,
};

function checkInfo(name: string, info: Info, value: Value, rules: typeof replyExpectations): void {
  for (const [key, told] of Object.entries(info)) {
    expect(rules[key]?.(value) ?? `no rule for ${key}`, `${name}: ${key}`).toEqual(told);
  }
}

/** The request with that sequence number, by the name of its table entry. */
function requestNameAt({ fromClient }: GoldenConnection, sequence: number): string {
  const [, ...requests] = fromClient;
  const sent = requests.flatMap((packet) => Array.from({ length: packet.repeat }, () => packet));
  const request = sent[sequence - 1] ?? expect.fail(`nothing was asked at ${sequence}`);
  if (request.name === 'AFTime request') return 'AFTime';
  return requestNamed(request.bytes[0] ?? 0) ?? expect.fail(`nobody knows ${request.name}`);
}

/** Decodes the packet, looks at what it says, and writes it again. */
function rewritten(connection: GoldenConnection, golden: GoldenPacket, packet: Packet): Bytes {
  const { byteOrder } = connection;
  const { cursor, start, sequence } = packet;
  const { name, info } = golden;
  if (packet.kind === 'error') {
    const error: ErrorPacket = decodeError(cursor, start);
    checkInfo(name, info, { ...error }, errorExpectations);
    expect(name.startsWith(`${errorNamed(error.code)} error`), name).toBe(true);
    return written(byteOrder, (writer) => encodeError(writer, sequence, error));
  }
  if (packet.kind === 'event') {
    const event: AudioEvent =
      decodeEvent(cursor, start) ?? expect.fail(`${name} is not in the table`);
    expect(name).toBe(`${event.event} event`);
    expect(cursor.view.getUint8(start)).toBe(events[event.event].type);
    checkInfo(name, info, { ...event }, eventExpectations);
    return written(byteOrder, (writer) => encodeEvent(writer, sequence, event));
  }
  const requestName = requestNameAt(connection, golden.sequence ?? 0);
  expect(name).toBe(`${requestName} reply`);
  const { codec } = clientMessageNamed(requestName);
  const value = codec.decodeReply(cursor, start) as Value;
  checkInfo(name, info, value, replyExpectations);
  return written(byteOrder, (writer) => codec.encodeReply(writer, sequence, value));
}

/** Gives whether packets follow the answer to the set-up. */
function checkSetup(
  connection: GoldenConnection,
  golden: GoldenPacket,
  reader: PacketReader,
): boolean {
  const { byteOrder } = connection;
  const answer = reader.nextSetup();
  if (answer.kind === 'incomplete') return expect.fail('the answer to the set-up is all there');
  if (answer.kind === 'refused') {
    expect(golden.name).toBe('set-up refused');
    expect(answer.reason).toBe(golden.info.reason);
    const again = written(byteOrder, (writer) => encodeSetupRefused(writer, answer.reason));
    expect(differenceFrom(golden, again)).toBeUndefined();
    return false;
  }
  expect(golden.name).toBe('set-up accepted');
  checkInfo(golden.name, golden.info, { ...answer.setup }, setupExpectations);
  const again = written(byteOrder, (writer) => encodeSetupAccepted(writer, answer.setup));
  expect(differenceFrom(golden, again)).toBeUndefined();
  return true;
}

function replay(connection: GoldenConnection, pieceBytes: number): void {
  const [setup, ...packets] = connection.fromServer;
  if (!setup) return;
  const reader = new PacketReader(connection.byteOrder === 'little');
  reader.push(setup.bytes.slice());
  if (!checkSetup(connection, setup, reader)) return;
  expect(reader.next()).toBeUndefined();
  const stream = streamOf(packets);
  let index = 0;
  for (let at = 0; at < stream.length; at += pieceBytes) {
    reader.push(stream.slice(at, at + pieceBytes));
    for (let packet = reader.next(); packet; packet = reader.next()) {
      const golden = packets[index] ?? expect.fail('more packets than were sent');
      expect(packet.sequence).toBe((golden.sequence ?? 0) & 0xffff);
      expect(differenceFrom(golden, rewritten(connection, golden, packet))).toBeUndefined();
      index += 1;
    }
  }
  expect(index).toBe(packets.length);
}

describe.each(recordings)('$file ($title)', ({ connections }) => {
  it('is understood and written again, in one piece', () => {
    for (const connection of connections) replay(connection, Number.POSITIVE_INFINITY);
  });

  it('is understood and written again, in pieces of 61 bytes', () => {
    for (const connection of connections) replay(connection, 61);
  });
});
