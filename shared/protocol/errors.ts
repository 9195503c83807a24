// The errors that a server answers with, and the exception that stands for one inside a program.
import { card8, card16, card32, type Layout } from './fields.ts';

export interface ErrorEntry {
  readonly code: number;
  readonly doc: string;
}

export const errors = {
  BadRequest: { code: 1, doc: 'No request has this opcode.' },
  BadValue: { code: 2, doc: 'A number is out of its range.' },
  BadAtom: { code: 3, doc: 'The atom is not defined.' },
  BadMatch: { code: 4, doc: 'The parameters do not fit each other.' },
  BadAccess: { code: 5, doc: 'This client may not do that.' },
  BadAlloc: { code: 6, doc: 'The server is out of the resource, or the client at its limit.' },
  BadAC: { code: 7, doc: 'The id names no audio context.' },
  BadIDChoice: { code: 8, doc: "The id is outside the client's range, or in use." },
  BadName: { code: 9, doc: 'The name means nothing here; no core request raises it.' },
  BadLength: { code: 10, doc: 'The request is too short or too long.' },
  BadImplementation: { code: 11, doc: 'The server cannot do this, or not with these numbers.' },
  BadDevice: { code: 12, doc: 'There is no such device, or it lacks the function.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorName = keyof typeof errors;

/** From byte 4 of an error packet: byte 0 is 0, byte 1 the code, bytes 2-3 the sequence number. */
export const errorBody = {
  value: card32,
  minorOpcode: card16,
  majorOpcode: card8,
} as const satisfies Layout;

const namesByCode: ReadonlyMap<number, ErrorName> = new Map(
  (Object.keys(errors) as ErrorName[]).map((name) => [errors[name].code, name] as const),
);

/** Undefined for codes of extensions and for codes that nobody knows. */
export function errorNamed(code: number): ErrorName | undefined {
  return namesByCode.get(code);
}

/** What a decoder or a request's handler throws; one place turns it into an error packet. */
export class ProtocolError extends Error {
  readonly errorName: ErrorName;
  /** The offending id or number; 0 where the protocol gives none. */
  readonly value: number;

  constructor(errorName: ErrorName, value = 0) {
    super(`${errorName}: ${errors[errorName].doc} (${value})`);
    this.name = 'ProtocolError';
    this.errorName = errorName;
    this.value = value >>> 0;
  }
}
