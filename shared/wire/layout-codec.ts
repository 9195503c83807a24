// Makes a decoder and an encoder from the layout of a message. How each kind of field looks as bytes is
// said in fixed-fields.ts and variable-fields.ts; everything else follows from the tables of shared/protocol.
//
// Decoding throws ProtocolError (BadLength, BadValue) and nothing else, whatever the bytes.
import type { FieldSpec, Layout } from '#shared/protocol/fields';
import type { Cursor } from './cursor.ts';
import { fixedSteps } from './fixed-fields.ts';
import type { Counts, Fields, Step, StepMaker } from './step.ts';
import { listStep, variableSteps } from './variable-fields.ts';
import type { Writer } from './writer.ts';

/** A part of a message: its fields start at `offset`, and it is filled up to `paddedTo`. */
export interface Section {
  readonly layout: Layout;
  readonly offset: number;
  readonly paddedTo?: number;
}

export interface LayoutCodec<T> {
  /** Decodes the message that starts at `start` and ends at the cursor's end. */
  decode(cursor: Cursor, start: number): T;
  /**
   * Writes a message; gives where it starts. What lies outside the sections stays zero. A value that does
   * not fit its field is a RangeError, and then nothing is written.
   */
  encode(writer: Writer, value: T): number;
}

interface CompiledSection {
  readonly steps: readonly Step[];
  readonly offset: number;
  readonly paddedTo: number;
}

/** The one cast between what tables describe and what the compiler knows about it is in here. */
export function compileLayout<T>(sections: readonly Section[]): LayoutCodec<T> {
  const compiled = sections.map(
    ({ layout, offset, paddedTo = 0 }): CompiledSection => ({
      steps: compileSteps(layout),
      offset,
      paddedTo,
    }),
  );
  const counts: Counts = {};

  function decode(cursor: Cursor, start: number): T {
    const fields: Fields = {};
    for (const { steps, offset, paddedTo } of compiled) {
      cursor.at = start + offset;
      for (const step of steps) step.decode(cursor, fields, counts);
      if (paddedTo > 0) cursor.at = start + paddedTo;
    }
    return fields as T;
  }

  function measure(fields: Fields): number {
    let byteCount = 0;
    for (const { steps, offset, paddedTo } of compiled) {
      let end = offset;
      for (const step of steps) end += step.measure(fields, counts);
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
      writer.takeBack(start);
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
