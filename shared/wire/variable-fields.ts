// The kinds of fields whose size is told by another field: bytes, text, units, numbers, lists.
// All are padded to 4 bytes unless they say otherwise.
import { ProtocolError } from '#shared/protocol/errors';
import type { Layout, Units } from '#shared/protocol/fields';
import type { Cursor } from './cursor.ts';
import {
  advance,
  type Counts,
  type Fields,
  measuresOf,
  minByteCountOf,
  type SpecOf,
  type Step,
  type StepMaker,
} from './step.ts';
import type { Writer } from './writer.ts';

const TEXT_PIECE = 4_096;

export function padded(byteCount: number): number {
  return (byteCount + 3) & ~3;
}

/** Takes `byteCount` bytes and their padding; what is told to be longer than the message is BadLength. */
function advancePadded(cursor: Cursor, byteCount: number): number {
  const at = advance(cursor, byteCount);
  cursor.at = Math.min(at + padded(byteCount), cursor.end);
  return at;
}

export function readText(bytes: Uint8Array, from: number, to: number): string {
  let result = '';
  for (let at = from; at < to; at += TEXT_PIECE) {
    // An array, because engines spread one several times faster than a view.
    const codes = new Array<number>(Math.min(TEXT_PIECE, to - at));
    for (let index = 0; index < codes.length; index += 1)
      codes[index] = bytes[at + index] as number;
    result += String.fromCharCode(...codes);
  }
  return result;
}

export function writeText(bytes: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0xff) {
      throw new RangeError(
        `the character ${JSON.stringify(text[index])} does not fit into a byte: encode the text first`,
      );
    }
    bytes[at + index] = code;
  }
}

const bytesStep: StepMaker<SpecOf<'bytes'>> = (name, { count }) => ({
  minByteCount: 0,
  decode: (cursor, fields, counts) => {
    const byteCount = counts[count] ?? 0;
    const at = advancePadded(cursor, byteCount);
    fields[name] = cursor.bytes.subarray(at, at + byteCount);
  },
  measure: (fields, counts) => {
    const { length } = fields[name] as Uint8Array;
    counts[count] = length;
    return padded(length);
  },
  encode: (writer, at, fields) => {
    const value = fields[name] as Uint8Array;
    writer.bytes.set(value, at);
    return at + padded(value.length);
  },
});

const textStep: StepMaker<SpecOf<'text'>> = (name, { count, padded: isPadded }) => {
  const take = isPadded ? advancePadded : advance;
  const room = isPadded ? padded : (byteCount: number): number => byteCount;
  return {
    minByteCount: 0,
    decode: (cursor, fields, counts) => {
      const byteCount = counts[count] ?? 0;
      const at = take(cursor, byteCount);
      fields[name] = readText(cursor.bytes, at, at + byteCount);
    },
    measure: (fields, counts) => {
      const { length } = fields[name] as string;
      counts[count] = length;
      return room(length);
    },
    encode: (writer, at, fields) => {
      const value = fields[name] as string;
      writeText(writer.bytes, at, value);
      return at + room(value.length);
    },
  };
};

/** How units of one size are copied out of and into a message. */
interface UnitKind {
  readonly byteCount: number;
  read(cursor: Cursor, at: number, count: number): Units;
  write(writer: Writer, at: number, units: Units): void;
}

const unitKinds: Readonly<Record<number, UnitKind>> = {
  8: {
    byteCount: 1,
    read: ({ bytes }, at, count) => bytes.slice(at, at + count),
    write: ({ bytes }, at, units) => bytes.set(units, at),
  },
  16: {
    byteCount: 2,
    read: ({ view, littleEndian }, at, count) =>
      new Uint16Array(count).map((_unit, index) => view.getUint16(at + 2 * index, littleEndian)),
    write: ({ view, littleEndian }, at, units) => {
      for (let index = 0; index < units.length; index += 1) {
        view.setUint16(at + 2 * index, units[index] as number, littleEndian);
      }
    },
  },
  32: {
    byteCount: 4,
    read: ({ view, littleEndian }, at, count) =>
      new Uint32Array(count).map((_unit, index) => view.getUint32(at + 4 * index, littleEndian)),
    write: ({ view, littleEndian }, at, units) => {
      for (let index = 0; index < units.length; index += 1) {
        view.setUint32(at + 4 * index, units[index] as number, littleEndian);
      }
    },
  },
};

const unitsStep: StepMaker<SpecOf<'units'>> = (name, { count, format }) => {
  // A property that does not exist has format 0 and no units.
  const kindOf = (fields: Fields): UnitKind | undefined => unitKinds[fields[format] as number];
  return {
    minByteCount: 0,
    decode: (cursor, fields, counts) => {
      const kind = kindOf(fields);
      const unitCount = counts[count] ?? 0;
      if (!kind && unitCount > 0) throw new ProtocolError('BadValue', fields[format] as number);
      // In plain numbers, because the original's 32-bit product wrapped (original.md 3).
      const at = advancePadded(cursor, unitCount * (kind?.byteCount ?? 0));
      fields[name] = kind?.read(cursor, at, unitCount) ?? new Uint8Array(0);
    },
    measure: (fields, counts) => {
      const { length } = fields[name] as Units;
      counts[count] = length;
      return padded(length * (kindOf(fields)?.byteCount ?? 0));
    },
    encode: (writer, at, fields) => {
      const units = fields[name] as Units;
      const kind = kindOf(fields);
      if (!kind) return at;
      kind.write(writer, at, units);
      return at + padded(units.length * kind.byteCount);
    },
  };
};

const numbersStep: StepMaker<SpecOf<'numbers'>> = (name, { count }) => ({
  minByteCount: 0,
  decode: (cursor, fields, counts) => {
    const room = (cursor.end - cursor.at) >> 2;
    const length = count === undefined ? room : (counts[count] ?? 0);
    const at = advance(cursor, 4 * length);
    const numbers: number[] = [];
    for (let index = 0; index < length; index += 1) {
      numbers.push(cursor.view.getUint32(at + 4 * index, cursor.littleEndian));
    }
    fields[name] = numbers;
  },
  measure: (fields, counts) => {
    const { length } = fields[name] as number[];
    if (count !== undefined) counts[count] = length;
    return 4 * length;
  },
  encode: (writer, at, fields) => {
    const numbers = fields[name] as number[];
    numbers.forEach((number, index) => {
      writer.view.setUint32(at + 4 * index, number, writer.littleEndian);
    });
    return at + 4 * numbers.length;
  },
});

export const variableSteps = {
  bytes: bytesStep,
  text: textStep,
  units: unitsStep,
  numbers: numbersStep,
};

/** A list's items are described by a layout again, so it needs the compiler that it is a part of. */
export function listStep(compile: (layout: Layout) => Step[]): StepMaker<SpecOf<'list'>> {
  return (name, { count, item }) => {
    const steps = compile(item);
    const measures = measuresOf(steps);
    const minByteCount = minByteCountOf(steps);
    const itemCounts: Counts = {};
    const measureItem = (fields: Fields): number => {
      let byteCount = minByteCount;
      for (const measure of measures) byteCount += measure(fields, itemCounts);
      return byteCount;
    };
    return {
      minByteCount: 0,
      decode: (cursor, fields, counts) => {
        const start = cursor.at;
        const items: Fields[] = [];
        const itemCount = counts[count] ?? 0;
        for (let index = 0; index < itemCount; index += 1) {
          const itemFields: Fields = {};
          for (const step of steps) step.decode(cursor, itemFields, itemCounts);
          items.push(itemFields);
        }
        cursor.at = Math.min(start + padded(cursor.at - start), cursor.end);
        fields[name] = items;
      },
      measure: (fields, counts) => {
        const items = fields[name] as Fields[];
        counts[count] = items.length;
        return padded(items.reduce((byteCount, fields) => byteCount + measureItem(fields), 0));
      },
      encode: (writer, start, fields) => {
        let at = start;
        for (const itemFields of fields[name] as Fields[]) {
          // Measuring settles the counts of this very item.
          measureItem(itemFields);
          for (const step of steps) at = step.encode(writer, at, itemFields, itemCounts);
        }
        return start + padded(at - start);
      },
    };
  };
}
