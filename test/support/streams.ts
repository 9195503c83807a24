// Takes requests and packets out of the readers, in the ways in which bytes may arrive.
import { isDeepStrictEqual } from 'node:util';
import { Cursor } from '#shared/wire/cursor';
import { type Packet, PacketReader } from '#shared/wire/packet-reader';
import { type RequestFrame, RequestReader } from '#shared/wire/request-reader';
import { Writer } from '#shared/wire/writer';
import { type ByteOrder, build } from '#test/support/byte-builder';

export type Bytes = Uint8Array<ArrayBuffer>;

/** What a client without authorization sends first. */
export function plainSetup(byteOrder: ByteOrder): Bytes {
  const mark = byteOrder === 'little' ? 0x6c : 0x42;
  return build(byteOrder).u8(mark, 0).u16(3, 0, 0, 0, 0).build();
}

/** A reader that has its set-up behind it and waits for requests. */
export function requestReader(byteOrder: ByteOrder): RequestReader {
  const reader = new RequestReader();
  reader.push(plainSetup(byteOrder));
  if (reader.nextSetup().kind !== 'request') throw new Error('the set-up was not understood');
  reader.next();
  return reader;
}

/** Pushes the pieces one by one; calls back for each request that there is. */
export function readRequests(
  reader: RequestReader,
  pieces: readonly Bytes[],
  onFrame: (frame: RequestFrame) => void,
): void {
  for (const piece of pieces) {
    reader.push(piece);
    for (let frame = reader.next(); frame; frame = reader.next()) onFrame(frame);
  }
}

export function readPackets(
  reader: PacketReader,
  pieces: readonly Bytes[],
  onPacket: (packet: Packet) => void,
): void {
  for (const piece of pieces) {
    reader.push(piece);
    for (let packet = reader.next(); packet; packet = reader.next()) onPacket(packet);
  }
}

export function packetReader(byteOrder: ByteOrder): PacketReader {
  return new PacketReader(byteOrder === 'little');
}

/** Every way to cut a stream in two, and the way to send each byte by itself. */
export function* splitsOf(stream: Bytes): Generator<Bytes[]> {
  for (let at = 0; at <= stream.length; at += 1) {
    yield [stream.slice(0, at), stream.slice(at)];
  }
  yield Array.from(stream, (byte) => Uint8Array.of(byte));
}

/** The one message that an encoder writes. */
export function written(byteOrder: ByteOrder, encode: (writer: Writer) => void): Bytes {
  const writer = new Writer(byteOrder === 'little');
  encode(writer);
  return writer.take() ?? new Uint8Array(0);
}

/** A cursor that spans all of the bytes. */
export function cursorOver(byteOrder: ByteOrder, bytes: Bytes): Cursor {
  const cursor = new Cursor();
  cursor.attach(bytes);
  cursor.littleEndian = byteOrder === 'little';
  cursor.end = bytes.length;
  return cursor;
}

/** Equality for the many comparisons of random tests, where `expect` costs more than what it checks. */
export function assertSame(actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`expected ${JSON.stringify(expected)}, and got ${JSON.stringify(actual)}`);
}
