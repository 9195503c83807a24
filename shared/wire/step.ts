// One field of a message, as something that can be read, measured and written.
import { ProtocolError } from '#shared/protocol/errors';
import type { FieldSpec } from '#shared/protocol/fields';
import type { Cursor } from './cursor.ts';
import type { Writer } from './writer.ts';

/** A message's fields while it is decoded or encoded. */
export type Fields = Record<string, unknown>;
/** What count fields said, or will say, by the name of the count. */
export type Counts = Record<string, number>;

export type Measure = (fields: Fields, counts: Counts) => number;

export interface Step {
  /** Bytes that the field takes at least. */
  readonly minByteCount: number;
  decode(cursor: Cursor, fields: Fields, counts: Counts): void;
  /** Only of variable size: bytes that the field takes. Settles its count, so it comes before `encode`. */
  readonly measure?: Measure;
  /** Writes at `at`; gives where the next field starts. */
  encode(writer: Writer, at: number, fields: Fields, counts: Counts): number;
}

/** Makes the step of a field from what the table says of it. */
export type StepMaker<S extends FieldSpec> = (name: string, spec: S) => Step;

export type SpecOf<K extends FieldSpec['kind']> = Extract<FieldSpec, { kind: K }>;

/** What must be asked before fields are written; the others are as large as ever. */
export function measuresOf(steps: readonly Step[]): Measure[] {
  return steps.flatMap(({ measure }) => (measure ? [measure] : []));
}

export function minByteCountOf(steps: readonly Step[]): number {
  return steps.reduce((byteCount, step) => byteCount + step.minByteCount, 0);
}

/** Passes over the bytes at the cursor; BadLength where the message ends before them. */
export function advance(cursor: Cursor, byteCount: number): number {
  const { at } = cursor;
  if (byteCount > cursor.end - at) throw new ProtocolError('BadLength');
  cursor.at = at + byteCount;
  return at;
}
