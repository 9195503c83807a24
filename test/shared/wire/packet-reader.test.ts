// What a client makes of a server that is early, endless, or not an AudioFile server at all.
import { describe, expect, it } from 'vitest';
import type { PacketReader } from '#shared/wire/packet-reader';
import { build, byteOrders, concat } from '#test/support/byte-builder';
import { packetReader, splitsOf } from '#test/support/streams';

describe.each(byteOrders)('in %s-endian order', (byteOrder) => {
  const refusal = build(byteOrder).u8(0, 2).u16(3, 0, 1).text('no').pad().build();
  const ring = build(byteOrder).u8(2, 0).u16(0).u32(1, 2, 3, 0).u8(1).padTo(32).build();

  function answer(pieces: readonly Uint8Array<ArrayBuffer>[]): unknown {
    const reader = packetReader(byteOrder);
    for (const piece of pieces) {
      reader.push(piece);
      const result = reader.nextSetup();
      if (result.kind !== 'incomplete') return result;
    }
    return undefined;
  }

  it('events before the answer to the set-up are passed over, in every split', () => {
    for (const pieces of splitsOf(concat([ring, ring, refusal]))) {
      expect(answer(pieces)).toEqual({ kind: 'refused', reason: 'no' });
    }
  });

  it('a first byte that is no answer and no event is a protocol error', () => {
    expect(() => answer([build(byteOrder).text('HTTP/1.1 400 Bad Request').build()])).toThrow(
      'BadValue',
    );
  });

  it('an acceptance that is shorter than its fields is a protocol error', () => {
    const short = build(byteOrder).u8(1, 0).u16(3, 0, 2).zeros(8).build();
    expect(() => answer([short])).toThrow('BadLength');
  });

  it('a reason is read no further than the answer reaches', () => {
    const claims = build(byteOrder).u8(0, 200).u16(3, 0, 1).text('no').pad().build();
    expect(answer([claims])).toEqual({ kind: 'refused', reason: 'no\0\0' });
  });

  it('a reply of more than 16 MiB is a protocol error, and one below holds only what arrived', () => {
    const reply = (units: number): Uint8Array<ArrayBuffer> =>
      build(byteOrder).u8(1, 0).u16(1).u32(units).padTo(32).build();
    for (const units of [0x0040_0001, 0x4000_0000, 0xffff_ffff]) {
      const reader = packetReader(byteOrder);
      reader.push(reply(units));
      expect(() => reader.next()).toThrow('BadLength');
    }
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 20 }, (): PacketReader => {
      const reader = packetReader(byteOrder);
      reader.push(reply(0x0040_0000));
      expect(reader.next()).toBeUndefined();
      return reader;
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
    expect(readers).toHaveLength(20);
  });

  it('a packet of a kind that nobody knows is an event of 32 bytes', () => {
    const reader = packetReader(byteOrder);
    reader.push(concat([build(byteOrder).u8(200, 0).u16(7).padTo(32).build(), ring]));
    expect(reader.next()).toMatchObject({ kind: 'event', sequence: 7 });
    expect(reader.next()).toMatchObject({ kind: 'event', sequence: 0 });
    expect(reader.next()).toBeUndefined();
  });
});
