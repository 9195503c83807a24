// How the server's side finds its place in the stream: who is there, and requests longer than any.
import { describe, expect, it } from 'vitest';
import { requestCodecs } from '#shared/wire/request-codec';
import { RequestReader, type SetupResult } from '#shared/wire/request-reader';
import { build, byteOrders, concat } from '#test/support/byte-builder';
import { type Bytes, plainSetup, readRequests, requestReader } from '#test/support/streams';

function setUp(bytes: Bytes): SetupResult {
  const reader = new RequestReader();
  reader.push(bytes);
  return reader.nextSetup();
}

it.each([0x78, 0x00, 0x4c, 0x62, 0x47, 0xff])(
  'a connection that opens with %i is not AudioFile, which its first byte tells',
  (mark) => {
    expect(setUp(Uint8Array.of(mark))).toEqual({ kind: 'notAudioFile' });
  },
);

describe.each(byteOrders)('in %s-endian order', (byteOrder) => {
  const mark = plainSetup(byteOrder)[0] ?? 0;

  it('any version is read, because refusing it is not for the reader', () => {
    const bytes = build(byteOrder).u8(mark, 0xa5).u16(4, 77, 0, 0, 0xbeef).build();
    expect(setUp(bytes)).toMatchObject({ request: { majorVersion: 4, minorVersion: 77 } });
  });

  it('authorization of more than 1,024 bytes is too long, as the first 12 bytes tell', () => {
    const claim = (name: number, data: number): Bytes =>
      build(byteOrder).u8(mark, 0).u16(3, 0, name, data, 0).build();
    expect(setUp(claim(512, 512))).toEqual({ kind: 'incomplete' });
    const littleEndian = byteOrder === 'little';
    expect(setUp(claim(512, 513))).toEqual({ kind: 'tooLong', littleEndian });
    expect(setUp(claim(0xffff, 0xffff))).toEqual({ kind: 'tooLong', littleEndian });
  });

  it('requests may follow the set-up in the same chunk', () => {
    const getTime = build(byteOrder).u8(9, 0).u16(2).u32(77).build();
    const reader = new RequestReader();
    reader.push(concat([plainSetup(byteOrder), getTime]));
    expect(reader.nextSetup().kind).toBe('request');
    expect(reader.next()).toMatchObject({ opcode: 9, declaredUnits: 2, oversize: false });
    expect(reader.next()).toBeUndefined();
  });

  it.each([1, 100, 4_096, 70_008])(
    'a request of 70,000 bytes in pieces of %i is one oversize frame, and the stream goes on',
    (pieceBytes) => {
      const oversize = build(byteOrder).u8(7, 0).u16(17_500).zeros(69_996).build();
      const getTime = build(byteOrder).u8(9, 0).u16(2).u32(77).build();
      const stream = concat([oversize, getTime]);
      const pieces: Bytes[] = [];
      for (let at = 0; at < stream.length; at += pieceBytes) {
        pieces.push(stream.slice(at, at + pieceBytes));
      }
      const seen: unknown[] = [];
      readRequests(requestReader(byteOrder), pieces, (frame) => {
        const name = frame.opcode === 7 ? 'PlaySamples' : 'GetTime';
        const decode = (): unknown => requestCodecs[name].decode(frame);
        if (frame.oversize) expect(decode).toThrow('BadLength');
        seen.push([frame.opcode, frame.oversize, frame.oversize || decode()]);
      });
      expect(seen).toEqual([
        [7, true, true],
        [9, false, { context: 77 }],
      ]);
    },
  );

  it('65,536 bytes are looked at, a unit more are not, and neither are 65,535 units', () => {
    for (const [units, isOversize] of [
      [16_384, false],
      [16_385, true],
      [65_535, true],
    ] as const) {
      const bytes = build(byteOrder)
        .u8(127, 0)
        .u16(units)
        .zeros(4 * units - 4)
        .build();
      const seen: unknown[] = [];
      readRequests(requestReader(byteOrder), [bytes], (frame) => {
        seen.push([frame.declaredUnits, frame.oversize]);
      });
      expect(seen).toEqual([[units, isOversize]]);
    }
  });

  it('an oversize request is read over without holding its bytes', () => {
    const reader = requestReader(byteOrder);
    const header = build(byteOrder).u8(127, 0).u16(65_535).build();
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 200; round += 1) {
      const other = requestReader(byteOrder);
      other.push(header.slice());
      expect(other.next()).toBeUndefined();
      other.push(new Uint8Array(4_096));
      expect(other.next()).toBeUndefined();
    }
    reader.push(header);
    expect(reader.next()).toBeUndefined();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
  });
});
