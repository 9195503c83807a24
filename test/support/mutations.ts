// Damages streams in the ways in which networks, bugs and attackers do.
import { concat } from '#test/support/byte-builder';
import type { Random } from '#test/support/random';
import type { Bytes } from '#test/support/streams';

/** Gives the damaged stream; it may change the one that it was given. */
type Mutation = (stream: Bytes, random: Random, pool: readonly Bytes[]) => Bytes;

const edgeBytes = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

function pick<T>(items: readonly T[], random: Random): T {
  return items[random(items.length)] as T;
}

const mutations: readonly Mutation[] = [
  function flipBit(stream, random) {
    const at = random(stream.length);
    stream[at] = (stream[at] ?? 0) ^ (1 << random(8));
    return stream;
  },
  function setByteToEdge(stream, random) {
    stream[random(stream.length)] = pick(edgeBytes, random);
    return stream;
  },
  function setUnitToNoise(stream, random) {
    const at = random(stream.length) & ~3;
    for (let index = at; index < at + 4; index += 1) stream[index] = random(256);
    return stream;
  },
  function claimAnyLength(stream, random) {
    const at = random(stream.length) & ~3;
    stream[at + 2] = pick(edgeBytes, random);
    stream[at + 3] = random(256);
    return stream;
  },
  function truncate(stream, random) {
    return stream.subarray(0, random(stream.length));
  },
  function removePiece(stream, random) {
    const from = random(stream.length);
    const to = from + random(stream.length - from);
    stream.copyWithin(from, to);
    return stream.subarray(0, stream.length - (to - from));
  },
  function splice(stream, random, pool) {
    const other = pick(pool, random);
    const piece = other.subarray(random(other.length));
    const at = random(stream.length);
    return concat([stream.subarray(0, at), piece, stream.subarray(at)]);
  },
];

/** Damages the stream once. An empty one stays as it is. */
export function mutate(stream: Bytes, random: Random, pool: readonly Bytes[]): Bytes {
  return stream.length === 0 ? stream : pick(mutations, random)(stream, random, pool);
}
