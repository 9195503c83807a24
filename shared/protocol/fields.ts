// The vocabulary in which messages are described: what kinds of fields there are, and the type of the
// value that each one carries. Nothing here reads or writes a byte; shared/wire does.
import type { Atom, ContextId, DeviceIndex, DeviceTime } from './ids.ts';

/** What a field looks like on the wire. Numbers are in the byte order of the connection. */
export type FieldSpec =
  | { readonly kind: 'number'; readonly byteCount: 1 | 2 | 4; readonly signed: boolean }
  /** A number below 2^53 in 8 bytes: its high 32 bits, then its low ones. */
  | { readonly kind: 'wide' }
  /** A byte that is 0 or 1; anything else is BadValue. */
  | { readonly kind: 'boolean' }
  /** One bit of the message's detail byte. */
  | { readonly kind: 'bit'; readonly mask: number }
  /** A byte with named values; anything else is BadValue, with the number as its value. */
  | {
      readonly kind: 'choice';
      readonly choices: Readonly<Record<string, number>>;
    }
  /** One byte that is one of these numbers; anything else is BadValue, with the number as its value. */
  | { readonly kind: 'oneOf'; readonly numbers: readonly number[] }
  | { readonly kind: 'pad'; readonly byteCount: number }
  /** How much the field of that name holds; derived when written. */
  | { readonly kind: 'count'; readonly byteCount: 1 | 2 | 4; readonly of: string }
  /** As many bytes as `count` says, padded to 4. A view into the bytes that were read. */
  | { readonly kind: 'bytes'; readonly count: string }
  /** As bytes; each is one character from U+0000 to U+00FF, because names are byte strings. */
  | { readonly kind: 'text'; readonly count: string; readonly padded: boolean }
  /** `count` units of as many bits as the field `format` says (8, 16 or 32), padded to 4. */
  | { readonly kind: 'units'; readonly count: string; readonly format: string }
  /** `count` structures; the whole is padded to 4. */
  | { readonly kind: 'list'; readonly count: string; readonly item: Layout }
  /** `count` 32-bit numbers, or as many as the message has room for. */
  | { readonly kind: 'numbers'; readonly count: string | undefined };

/** A field, with the type of its value for the compiler only. */
export interface Field<T> {
  readonly spec: FieldSpec;
  readonly valueType?: T;
}

/** A field that has no place in a message's value: padding, or a count that follows from another. */
export interface HiddenField {
  readonly spec: FieldSpec;
  readonly hidden: true;
}

/** Fields in the order in which they stand on the wire. */
export type Layout = Readonly<Record<string, Field<unknown> | HiddenField>>;

/** The value that a layout describes. */
export type ValueOf<L extends Layout> = {
  -readonly [K in keyof L as L[K] extends HiddenField ? never : K]: L[K] extends Field<infer T>
    ? T
    : never;
};

function number<T extends number>(byteCount: 1 | 2 | 4, signed = false): Field<T> {
  return { spec: { kind: 'number', byteCount, signed } };
}

export const card8 = number<number>(1);
export const card16 = number<number>(2);
export const card32 = number<number>(4);
export const int32 = number<number>(4, true);
export const contextId = number<ContextId>(4);
export const deviceTime = number<DeviceTime>(4);
export const deviceIndex = number<DeviceIndex>(4);
export const atom = number<Atom>(4);

export const card64: Field<number> = { spec: { kind: 'wide' } };

export const boolean8: Field<boolean> = { spec: { kind: 'boolean' } };

export function bit(mask: number): Field<boolean> {
  return { spec: { kind: 'bit', mask } };
}

export function choice8<const C extends Readonly<Record<string, number>>>(
  choices: C,
): Field<keyof C & string> {
  return { spec: { kind: 'choice', choices } };
}

export function oneOf8<const N extends number>(...numbers: readonly N[]): Field<N> {
  return { spec: { kind: 'oneOf', numbers } };
}

export function pad(byteCount: number): HiddenField {
  return { spec: { kind: 'pad', byteCount }, hidden: true };
}

export function count8(of: string): HiddenField {
  return { spec: { kind: 'count', byteCount: 1, of }, hidden: true };
}

export function count16(of: string): HiddenField {
  return { spec: { kind: 'count', byteCount: 2, of }, hidden: true };
}

export function count32(of: string): HiddenField {
  return { spec: { kind: 'count', byteCount: 4, of }, hidden: true };
}

export function bytes(count: string): Field<Uint8Array> {
  return { spec: { kind: 'bytes', count } };
}

export function text(count: string): Field<string> {
  return { spec: { kind: 'text', count, padded: true } };
}

export function unpaddedText(count: string): Field<string> {
  return { spec: { kind: 'text', count, padded: false } };
}

/** A property's data: the array's kind follows the format. */
export type Units = Uint8Array | Uint16Array | Uint32Array;

export function units(count: string, format: string): Field<Units> {
  return { spec: { kind: 'units', count, format } };
}

export function list<L extends Layout>(count: string, item: L): Field<ValueOf<L>[]> {
  return { spec: { kind: 'list', count, item } };
}

export function numbers<T extends number = number>(count?: string): Field<T[]> {
  return { spec: { kind: 'numbers', count } };
}
