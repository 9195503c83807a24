// How a message is described: one entry of these tables is all that is ever said about it.
import type { ErrorName } from './errors.ts';
import type { Layout, ValueOf } from './fields.ts';

/**
 * How strictly a request's length must fit its fields. Too short for the fields of fixed size is always
 * BadLength, before anything else is looked at; 'exactAfterValues' looks at the exact length last,
 * because it follows from a value.
 */
export type LengthRule = 'exact' | 'exactAfterValues' | 'atLeast' | 'unchecked';

export interface ReplyEntry<
  D extends Layout = Layout,
  F extends Layout = Layout,
  X extends Layout = Layout,
> {
  /** Byte 1: nothing, or one field of one byte. */
  readonly detail: D;
  /** From byte 8; padded to 32. */
  readonly body: F;
  /** From byte 32; its size is the reply's length field. */
  readonly extra: X;
}

export type AnyReplyEntry = ReplyEntry<Layout, Layout, Layout>;

export interface RequestEntry<
  D extends Layout = Layout,
  B extends Layout = Layout,
  R extends AnyReplyEntry | undefined = AnyReplyEntry | undefined,
> {
  readonly opcode: number;
  readonly doc: string;
  /** Byte 1: nothing, bits, or one field of one byte. */
  readonly detail: D;
  /** From byte 4. */
  readonly body: B;
  readonly length: LengthRule;
  readonly reply: R;
  /** Errors in the order in which they are looked for. */
  readonly errors: readonly ErrorName[];
}

export type AnyRequestEntry = RequestEntry<Layout, Layout, AnyReplyEntry | undefined>;

export interface EventEntry<B extends Layout = Layout> {
  readonly type: number;
  readonly doc: string;
  /** From byte 4; padded to 32. */
  readonly body: B;
}

type None = Readonly<Record<never, never>>;
type Merge<A, B> = { [K in keyof (A & B)]: (A & B)[K] };

/** What a request carries, its detail byte included. */
export type RequestValue<E> =
  E extends RequestEntry<infer D, infer B, AnyReplyEntry | undefined>
    ? Merge<ValueOf<D>, ValueOf<B>>
    : never;

/** What the answer to a request carries; never where it has no answer. */
export type ReplyValue<E> = E extends { readonly reply: ReplyEntry<infer D, infer F, infer X> }
  ? Merge<Merge<ValueOf<D>, ValueOf<F>>, ValueOf<X>>
  : never;

export type EventValue<E> = E extends EventEntry<infer B> ? Merge<ValueOf<B>, None> : never;

export function reply<
  const D extends Layout = None,
  const F extends Layout = None,
  const X extends Layout = None,
>(parts: { detail?: D; body?: F; extra?: X }): ReplyEntry<D, F, X> {
  return {
    detail: parts.detail ?? ({} as D),
    body: parts.body ?? ({} as F),
    extra: parts.extra ?? ({} as X),
  };
}

export function request<
  const B extends Layout,
  const D extends Layout = None,
  const R extends AnyReplyEntry | undefined = undefined,
>(entry: {
  opcode: number;
  doc: string;
  detail?: D;
  body: B;
  length?: LengthRule;
  reply?: R;
  errors: readonly ErrorName[];
}): RequestEntry<D, B, R> {
  return {
    opcode: entry.opcode,
    doc: entry.doc,
    detail: entry.detail ?? ({} as D),
    body: entry.body,
    length: entry.length ?? 'exact',
    reply: entry.reply as R,
    errors: entry.errors,
  };
}
