// Numbers that stand for something else, and which of several mistakes in a request is told.
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '#shared/protocol/errors';
import { requestCodecs, requestNamed } from '#shared/wire/request-codec';
import { type ByteBuilder, type ByteOrder, build, byteOrders } from '#test/support/byte-builder';
import { requestReader } from '#test/support/streams';

/** What the first request came to: its value, or the name and value of its error. */
function outcome(byteOrder: ByteOrder, request: ByteBuilder): unknown {
  const reader = requestReader(byteOrder);
  reader.push(request.build());
  const frame = reader.next();
  if (!frame) return 'incomplete';
  try {
    return requestCodecs[requestNamed(frame.opcode) ?? 'NoOperation'].decode(frame);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return `${error.errorName} ${error.value}`;
  }
}

describe.each(byteOrders)('in %s-endian order', (byteOrder) => {
  const changeProperty = (mode: number, format: number, units: number): ByteBuilder =>
    build(byteOrder)
      .u8(33, mode)
      .u16(units)
      .u32(1, 20, 4)
      .u8(format, 0, 0, 0)
      .u32(4)
      .text('abcdefgh');
  const changeHosts = (mode: number, units: number): ByteBuilder =>
    build(byteOrder).u8(17, mode).u16(units).u8(0, 0).u16(4).u8(10, 1, 2, 3, 0, 0, 0, 0);
  const internAtom = (flag: number, units: number): ByteBuilder =>
    build(byteOrder).u8(37, flag).u16(units).u16(4, 0).text('abcdefgh');

  it.each([3, 4, 127, 128, 255])('ChangeProperty in mode %i is BadValue with the mode', (mode) => {
    expect(outcome(byteOrder, changeProperty(mode, 8, 7))).toBe(`BadValue ${mode}`);
  });

  it.each([0, 1, 7, 9, 24, 64, 255])(
    'ChangeProperty in format %i is BadValue with the format',
    (format) => {
      expect(outcome(byteOrder, changeProperty(0, format, 7))).toBe(`BadValue ${format}`);
    },
  );

  it.each([2, 255])('ChangeHosts in mode %i is BadValue with the mode', (mode) => {
    expect(outcome(byteOrder, changeHosts(mode, 3))).toBe(`BadValue ${mode}`);
  });

  it.each([2, 255])('InternAtom with the flag %i is BadValue with the flag', (flag) => {
    expect(outcome(byteOrder, internAtom(flag, 3))).toBe(`BadValue ${flag}`);
  });

  it('ChangeProperty looks at its least length, then mode, then format, then its exact length', () => {
    expect(outcome(byteOrder, changeProperty(9, 99, 5))).toBe('BadLength 0');
    expect(outcome(byteOrder, changeProperty(9, 99, 8))).toBe('BadValue 9');
    expect(outcome(byteOrder, changeProperty(1, 99, 8))).toBe('BadValue 99');
    expect(outcome(byteOrder, changeProperty(1, 8, 8))).toBe('BadLength 0');
    expect(outcome(byteOrder, changeProperty(1, 8, 7))).toMatchObject({ mode: 'prepend' });
  });

  it.each([1, 2, 4])('ChangeHosts of %i units looks at its length before its mode', (units) => {
    expect(outcome(byteOrder, changeHosts(9, units))).toBe('BadLength 0');
  });

  it.each([1, 2, 4])('InternAtom of %i units looks at its length before its flag', (units) => {
    expect(outcome(byteOrder, internAtom(9, units))).toBe('BadLength 0');
  });

  it('what is unused may hold anything', () => {
    const request = build(byteOrder).u8(3, 0xa5).u16(4).u16(2, 0xbeef).u32(7).text('12zz');
    expect(outcome(byteOrder, request)).toEqual({ context: 7, number: '12' });
  });
});
