// The recorded sessions of test/golden, cut into connections. See the README.md there.
import { type ByteOrder, concat } from '#test/support/byte-builder';
import {
  bytesOf,
  type Exchange,
  type Info,
  type Mask,
  readRecording,
  recordingFiles,
} from '#test/support/recording';
import type { Bytes } from '#test/support/streams';

export type { Info } from '#test/support/recording';

export interface GoldenPacket {
  readonly name: string;
  readonly bytes: Bytes;
  readonly repeat: number;
  /** Of a request, or the one that a packet of the server carries; counted on where the packets wrap. */
  readonly sequence: number | undefined;
  readonly mask: Mask;
  readonly info: Info;
  readonly quirk: string | undefined;
}

export interface GoldenConnection {
  readonly byteOrder: ByteOrder;
  /** The set-up request first, then requests. */
  readonly fromClient: readonly GoldenPacket[];
  /** The answer to the set-up first; then replies, errors and events. */
  readonly fromServer: readonly GoldenPacket[];
}

export interface Recording {
  readonly file: string;
  readonly title: string;
  readonly connections: readonly GoldenConnection[];
}

function packetOf(exchange: Exchange): GoldenPacket {
  const { name, repeat = 1, seq, mask, info = {}, quirk } = exchange;
  return { name, bytes: bytesOf(exchange), repeat, sequence: seq, mask, info, quirk };
}

const BIG_ENDIAN_MARK = 'B'.charCodeAt(0);

function connectionOf(exchanges: readonly Exchange[]): GoldenConnection {
  const packets = (from: string): GoldenPacket[] =>
    exchanges.filter((exchange) => exchange.from === from && exchange.hex).map(packetOf);
  const fromClient = packets('client');
  const isBig = fromClient[0]?.bytes[0] === BIG_ENDIAN_MARK;
  return {
    byteOrder: isBig ? 'big' : 'little',
    fromClient,
    fromServer: unwrapped(packets('server')),
  };
}

/** Packets of one server never go back, so a sequence number that does has wrapped. */
function unwrapped(packets: readonly GoldenPacket[]): GoldenPacket[] {
  let last = 0;
  return packets.map((packet) => {
    if (packet.sequence === undefined) return packet;
    last += (packet.sequence - last) & 0xffff;
    return { ...packet, sequence: last };
  });
}

/** A connection number is used again when its client comes back. */
function connectionsOf(exchanges: readonly Exchange[]): GoldenConnection[] {
  const all: Exchange[][] = [];
  const current = new Map<number, Exchange[]>();
  for (const exchange of exchanges) {
    if (exchange.from === 'line') continue;
    const number = exchange.conn ?? 0;
    if (exchange.name === 'connect') {
      const opened: Exchange[] = [];
      current.set(number, opened);
      all.push(opened);
    }
    current.get(number)?.push(exchange);
  }
  return all.map(connectionOf);
}

/** Every recorded session, by the programs (`clients/`) and by the raw client (`raw/`). */
export const recordings: readonly Recording[] = [
  ...recordingFiles('clients'),
  ...recordingFiles('raw'),
].map((file) => {
  const { title, exchanges } = readRecording(file);
  return { file, title, connections: connectionsOf(exchanges) };
});

/** Everything that one side sent, in one piece. */
export function streamOf(packets: readonly GoldenPacket[]): Bytes {
  return concat(
    packets.flatMap(({ bytes, repeat }) => Array.from({ length: repeat }, () => bytes)),
  );
}

/** The first byte that differs and counts; undefined when all that counts is equal. */
export function differenceFrom(golden: GoldenPacket, actual: Uint8Array): string | undefined {
  const { bytes, mask, name } = golden;
  if (actual.length !== bytes.length) return `${name}: ${actual.length} of ${bytes.length} bytes`;
  const counts = (at: number): boolean => !mask.some(([start, end]) => at >= start && at < end);
  const at = bytes.findIndex((byte, index) => byte !== actual[index] && counts(index));
  return at < 0 ? undefined : `${name}: byte ${at} is ${actual[at]}, and was ${bytes[at]}`;
}
