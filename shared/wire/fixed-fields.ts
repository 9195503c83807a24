// The kinds of fields whose size is always the same: numbers and what stands for numbers.
import { ProtocolError } from '#shared/protocol/errors';
import type { FieldSpec } from '#shared/protocol/fields';
import type { Cursor } from './cursor.ts';
import { advance, type SpecOf, type Step, type StepMaker } from './step.ts';
import type { Writer } from './writer.ts';

export type FixedKind = Exclude<FieldSpec['kind'], 'bytes' | 'text' | 'units' | 'numbers' | 'list'>;

function writeNumber(writer: Writer, at: number, byteCount: number, value: number): void {
  if (byteCount === 1) writer.view.setUint8(at, value);
  else if (byteCount === 2) writer.view.setUint16(at, value, writer.littleEndian);
  else writer.view.setUint32(at, value, writer.littleEndian);
}

function readNumber(cursor: Cursor, byteCount: number): number {
  const at = advance(cursor, byteCount);
  if (byteCount === 1) return cursor.view.getUint8(at);
  if (byteCount === 2) return cursor.view.getUint16(at, cursor.littleEndian);
  return cursor.view.getUint32(at, cursor.littleEndian);
}

/** A field of fixed size that is a number on the wire and anything in a program. */
function scalar<T>(
  name: string,
  byteCount: number,
  fromWire: (number: number) => T,
  toWire: (value: T) => number,
): Step {
  return {
    minByteCount: byteCount,
    decode: (cursor, fields) => {
      fields[name] = fromWire(readNumber(cursor, byteCount));
    },
    encode: (writer, at, fields) => {
      writeNumber(writer, at, byteCount, toWire(fields[name] as T));
      return at + byteCount;
    },
  };
}

const same = (number: number): number => number;
const toSigned = (number: number): number => number | 0;

function booleanFromWire(number: number): boolean {
  if (number > 1) throw new ProtocolError('BadValue', number);
  return number === 1;
}

/** Numbers that do not fit their count are a mistake of the program that sends, not of a peer. */
function checkedCount(name: string, byteCount: number, count: number): number {
  const most = 2 ** (8 * byteCount) - 1;
  if (count > most) throw new RangeError(`${name} is ${count}, and ${most} is the most`);
  return count;
}

export const fixedSteps: { [K in FixedKind]: StepMaker<SpecOf<K>> } = {
  number: (name, { byteCount, signed }) => scalar(name, byteCount, signed ? toSigned : same, same),

  wide: (name) => ({
    minByteCount: 8,
    decode: (cursor, fields) => {
      const high = readNumber(cursor, 4);
      fields[name] = high * 2 ** 32 + readNumber(cursor, 4);
    },
    encode: (writer, at, fields) => {
      const value = fields[name] as number;
      writeNumber(writer, at, 4, Math.floor(value / 2 ** 32));
      writeNumber(writer, at + 4, 4, value % 2 ** 32);
      return at + 8;
    },
  }),

  boolean: (name) => scalar(name, 1, booleanFromWire, (value) => (value ? 1 : 0)),

  choice: (name, { choices }) => {
    const names = new Map(Object.entries(choices).map(([key, number]) => [number, key]));
    const fromWire = (number: number): string => {
      const key = names.get(number);
      if (key === undefined) throw new ProtocolError('BadValue', number);
      return key;
    };
    return scalar(name, 1, fromWire, (key) => choices[key] ?? 0);
  },

  oneOf: (name, { numbers }) => {
    const fromWire = (number: number): number => {
      if (!numbers.includes(number)) throw new ProtocolError('BadValue', number);
      return number;
    };
    return scalar(name, 1, fromWire, same);
  },

  // All bits of a message share its detail byte, so none of them moves on.
  bit: (name, { mask }) => ({
    minByteCount: 0,
    decode: (cursor, fields) => {
      fields[name] = (cursor.view.getUint8(cursor.at) & mask) !== 0;
    },
    encode: (writer, at, fields) => {
      if (fields[name]) writer.view.setUint8(at, writer.view.getUint8(at) | mask);
      return at;
    },
  }),

  pad: (_name, { byteCount }) => ({
    minByteCount: byteCount,
    decode: (cursor) => {
      advance(cursor, byteCount);
    },
    encode: (_writer, at) => at + byteCount,
  }),

  count: (name, { byteCount }) => ({
    minByteCount: byteCount,
    decode: (cursor, _fields, counts) => {
      counts[name] = readNumber(cursor, byteCount);
    },
    encode: (writer, at, _fields, counts) => {
      writeNumber(writer, at, byteCount, checkedCount(name, byteCount, counts[name] ?? 0));
      return at + byteCount;
    },
  }),
};
