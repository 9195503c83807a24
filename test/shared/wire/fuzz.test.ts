// A million mutations each way: nothing escapes but ProtocolError, nothing hangs, nothing piles up.
import { describe, expect, it } from 'vitest';
import { readAttributes, requireKnownAttributes } from '#shared/protocol/attributes';
import { ProtocolError } from '#shared/protocol/errors';
import { PACKET_BYTES } from '#shared/protocol/limits';
import { decodeError, decodeEvent } from '#shared/wire/packet-codec';
import { type Packet, PacketReader } from '#shared/wire/packet-reader';
import { type RequestFrame, RequestReader } from '#shared/wire/request-reader';
import { type ByteOrder, byteOrders, concat } from '#test/support/byte-builder';
import { type GoldenPacket, recordings } from '#test/support/golden';
import { clientMessages } from '#test/support/messages';
import { mutate } from '#test/support/mutations';
import { type Random, seededRandom, testSeed } from '#test/support/random';
import { type Bytes, plainSetup } from '#test/support/streams';

const MUTATIONS = 1_000_000;
const MESSAGES_IN_A_STREAM = 3;
const MUTATIONS_OF_A_STREAM = 2;
/** Long messages are little but samples, and only cost time. */
const MOST_BYTES = 300;
/** What garbage there is between two collections; what leaks is a multiple of it. */
const MOST_MEMORY_BYTES = 200 * 1024 * 1024;

const codecsByOpcode = new Map(clientMessages.map(({ opcode, codec }) => [opcode, codec]));
const replyCodecs = clientMessages.filter(({ entry }) => entry.reply).map(({ codec }) => codec);

function distinct(packets: readonly GoldenPacket[]): Bytes[] {
  const short = packets.filter(({ bytes }) => bytes.length <= MOST_BYTES);
  return [...new Map(short.map(({ bytes }) => [bytes.join(), bytes])).values()];
}

function connectionsIn(byteOrder: ByteOrder) {
  const all = recordings.flatMap(({ connections }) => connections);
  return all.filter((connection) => connection.byteOrder === byteOrder);
}

/** Lets only ProtocolError pass; gives whether there was one. */
function isRefused(decode: () => void): boolean {
  try {
    decode();
    return false;
  } catch (error) {
    if (error instanceof ProtocolError) return true;
    throw error;
  }
}

function decodeRequest(frame: RequestFrame): void {
  const value = codecsByOpcode.get(frame.opcode)?.decode(frame) as object | undefined;
  if (value && 'mask' in value && 'values' in value) {
    readAttributes(value.mask as number, value.values as number[]);
    requireKnownAttributes(value.mask as number);
  }
}

/** Anything may be taken for the answer to any request, when both sides have lost their count. */
function decodePacket(packet: Packet, random: Random): void {
  const { cursor, start, kind } = packet;
  if (kind === 'error') decodeError(cursor, start);
  else if (kind === 'event') decodeEvent(cursor, start);
  else replyCodecs[random(replyCodecs.length)]?.decodeReply(cursor, start);
}

/** Counts down the messages that these bytes may hold; one more is a hang. */
function callBound(pieces: readonly Bytes[], leastBytes: number): () => void {
  let left = pieces.reduce((sum, { length }) => sum + length, 0) / leastBytes;
  return () => {
    left -= 1;
    if (left < 0) throw new Error('next() goes on although nothing is left');
  };
}

function readRequestStream(setup: Bytes, pieces: readonly Bytes[]): void {
  const reader = new RequestReader();
  const count = callBound([setup, ...pieces], 4);
  let isSetUp = false;
  for (const piece of [setup, ...pieces]) {
    reader.push(piece);
    if (!isSetUp) {
      const result = reader.nextSetup();
      if (result.kind === 'incomplete') continue;
      if (result.kind !== 'request') return;
      isSetUp = true;
    }
    for (let frame = reader.next(); frame; frame = reader.next()) {
      count();
      const request = frame;
      isRefused(() => decodeRequest(request));
    }
  }
}

function readPacketStream(
  byteOrder: ByteOrder,
  setup: Bytes | undefined,
  pieces: readonly Bytes[],
  random: Random,
): void {
  const reader = new PacketReader(byteOrder === 'little');
  const count = callBound(setup ? [setup, ...pieces] : pieces, PACKET_BYTES);
  let isSetUp = setup === undefined;
  // A client closes the connection when a packet has no end, or the answer makes no sense.
  isRefused(() => {
    for (const piece of setup ? [setup, ...pieces] : pieces) {
      reader.push(piece);
      if (!isSetUp) {
        const { kind } = reader.nextSetup();
        if (kind === 'incomplete') continue;
        if (kind === 'refused') return;
        isSetUp = true;
      }
      for (let packet = reader.next(); packet; packet = reader.next()) {
        count();
        const received = packet;
        isRefused(() => decodePacket(received, random));
      }
    }
  });
}

/** Streams of a few recorded messages, damaged and cut in two. */
function fuzz(
  pool: readonly Bytes[],
  mutationCount: number,
  random: Random,
  read: (pieces: readonly Bytes[]) => void,
): void {
  for (let done = 0; done < mutationCount; done += MUTATIONS_OF_A_STREAM) {
    const messages = Array.from(
      { length: MESSAGES_IN_A_STREAM },
      () => pool[random(pool.length)] as Bytes,
    );
    let stream = concat(messages);
    for (let round = 0; round < MUTATIONS_OF_A_STREAM; round += 1) {
      stream = mutate(stream, random, pool);
    }
    const cut = random(stream.length + 1);
    read([stream.subarray(0, cut), stream.subarray(cut)]);
  }
}

function memoryBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe.each(byteOrders)(`in %s-endian order, with SEED=${testSeed}`, (byteOrder) => {
  const connections = connectionsIn(byteOrder);
  const random = seededRandom(testSeed);

  it('damaged requests are protocol errors at worst', () => {
    const pool = distinct(connections.flatMap(({ fromClient }) => fromClient.slice(1)));
    const setups = distinct(connections.flatMap(({ fromClient }) => fromClient.slice(0, 1)));
    const whole = plainSetup(byteOrder);
    const before = memoryBytes();
    fuzz(pool, MUTATIONS / 2, random, (pieces) => readRequestStream(whole, pieces));
    fuzz(setups, MUTATIONS / 20, random, ([first = whole, ...rest]) =>
      readRequestStream(first, rest),
    );
    expect(memoryBytes() - before).toBeLessThan(MOST_MEMORY_BYTES);
  });

  it('damaged packets are protocol errors at worst', () => {
    const pool = distinct(connections.flatMap(({ fromServer }) => fromServer.slice(1)));
    const setups = connections.flatMap(({ fromServer }) => fromServer.slice(0, 1));
    const setupPool = [...distinct(setups), ...setups.slice(0, 2).map(({ bytes }) => bytes)];
    const before = memoryBytes();
    fuzz(pool, MUTATIONS / 2, random, (pieces) =>
      readPacketStream(byteOrder, undefined, pieces, random),
    );
    fuzz(setupPool, MUTATIONS / 20, random, ([first = new Uint8Array(0), ...rest]) =>
      readPacketStream(byteOrder, first, rest, random),
    );
    expect(memoryBytes() - before).toBeLessThan(MOST_MEMORY_BYTES);
  });
});
