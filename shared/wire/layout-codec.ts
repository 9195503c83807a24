// Makes a decoder and an encoder from the layout of a message. How each kind of field looks as bytes is
// said in fixed-fields.ts and variable-fields.ts; everything else follows from the tables of shared/protocol.
//
// Decoding throws ProtocolError (BadLength, BadValue) and nothing else, whatever the bytes.
import { ProtocolError } from '#shared/protocol/errors';
import type { FieldSpec, Layout } from '#shared/protocol/fields';
import type { Cursor } from './cursor.ts';
import { fixedSteps } from './fixed-fields.ts';
import {
  type Counts,
  type Fields,
  type Measure,
  measuresOf,
  minByteCountOf,
  type Step,
  type StepMaker,
} from './step.ts';
import { listStep, variableSteps } from './variable-fields.ts';
import type { Writer } from './writer.ts';

/** A part of a message: its fields start at `offset`, and it is filled up to `paddedTo`. */
export interface Section {
  readonly layout: Layout;
  readonly offset: number;
  readonly paddedTo?: number;
  /** Anything after its fields is BadLength, before the sections that follow are looked at. */
  readonly isLast?: boolean;
}

export interface LayoutCodec<T> {
  /**
   * Decodes the message that starts at `start` and ends at the cursor's end. One that is too short for
   * its fixed fields is BadLength before any value is looked at; then the sections are, one by one.
   */
  decode(cursor: Cursor, start: number): T;
  /**
   * Writes a message; gives where it starts. What lies outside the sections stays zero. A value that the
   * protocol cannot carry is a RangeError, and leaves the writer as it was.
   */
  encode(writer: Writer, value: T): number;
}

interface CompiledSection {
  readonly steps: readonly Step[];
  readonly offset: number;
  readonly paddedTo: number;
  readonly isLast: boolean;
  readonly measures: readonly Measure[];
  /** Where its fields end when all of variable size are empty. */
  readonly minEnd: number;
}

/** The one cast between what tables describe and what the compiler knows about it is in here. */
export function compileLayout<T>(sections: readonly Section[]): LayoutCodec<T> {
  const compiled = sections.map(
    ({ layout, offset, paddedTo = 0, isLast = false }): CompiledSection => {
      const steps = compileSteps(layout);
      const minEnd = offset + minByteCountOf(steps);
      return { steps, offset, paddedTo, isLast, measures: measuresOf(steps), minEnd };
    },
  );
  const minByteCount = Math.max(...compiled.map(({ minEnd }) => minEnd));
  const counts: Counts = {};

  function decode(cursor: Cursor, start: number): T {
    if (cursor.end - start < minByteCount) throw new ProtocolError('BadLength');
    const fields: Fields = {};
    for (const { steps, offset, isLast } of compiled) {
      cursor.at = start + offset;
      for (const step of steps) step.decode(cursor, fields, counts);
      if (isLast && cursor.at !== cursor.end) throw new ProtocolError('BadLength');
    }
    return fields as T;
  }

  function measure(fields: Fields): number {
    let byteCount = 0;
    for (const { measures, minEnd, paddedTo } of compiled) {
      let end = minEnd;
      for (const measure of measures) end += measure(fields, counts);
      byteCount = Math.max(byteCount, end, paddedTo);
    }
    return byteCount;
  }

  function encode(writer: Writer, value: T): number {
    const fields = value as Fields;
    const start = writer.reserve(measure(fields));
    try {
      for (const { steps, offset } of compiled) {
        let at = start + offset;
        for (const step of steps) at = step.encode(writer, at, fields, counts);
      }
    } catch (error) {
      writer.withdraw(start);
      throw error;
    }
    return start;
  }

  return { decode, encode };
}

function compileSteps(layout: Layout): Step[] {
  return Object.entries(layout).map(([name, { spec }]) => {
    const make = stepMakers[spec.kind] as StepMaker<FieldSpec>;
    return make(name, spec);
  });
}

const stepMakers = { ...fixedSteps, ...variableSteps, list: listStep(compileSteps) };
