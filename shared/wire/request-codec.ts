// Requests and their replies as bytes, made from the tables.
import { ProtocolError } from '#shared/protocol/errors';
import { MAX_FRAMED_BYTES, PACKET_BYTES } from '#shared/protocol/limits';
import type { AnyRequestEntry, ReplyValue, RequestValue } from '#shared/protocol/message';
import {
  type ReplyOf,
  type RequestName,
  type RequestOf,
  requests,
} from '#shared/protocol/requests/index';
import type { Cursor } from './cursor.ts';
import { compileLayout, type Section } from './layout-codec.ts';
import { decodePlaySamples } from './play-samples.ts';
import type { RequestFrame } from './request-reader.ts';
import type { Writer } from './writer.ts';

const REPLY = 1;

export interface RequestCodec<Request, Reply> {
  /** Throws ProtocolError when the length or a fixed number is wrong, and nothing else. */
  decode(frame: RequestFrame): Request;
  /**
   * A value that no request can carry is a RangeError, and leaves the writer as it was.
   * Extensions are told their opcode when they connect; their minor one goes into the detail byte.
   */
  encode(writer: Writer, value: Request, opcode?: number, minorOpcode?: number): void;
  /** The cursor ends where the reply does. */
  decodeReply(cursor: Cursor, start: number): Reply;
  encodeReply(writer: Writer, sequence: number, value: Reply): void;
}

export function requestCodec<E extends AnyRequestEntry>(
  entry: E,
): RequestCodec<RequestValue<E>, ReplyValue<E>> {
  const request = compileLayout<RequestValue<E>>(requestSections(entry));
  const { detail, body, extra } = entry.reply ?? { detail: {}, body: {}, extra: {} };
  const reply = compileLayout<ReplyValue<E>>([
    { layout: detail, offset: 1 },
    { layout: body, offset: 8, paddedTo: PACKET_BYTES },
    { layout: extra, offset: PACKET_BYTES },
  ]);

  return {
    decode(frame) {
      checkDeclaredLength(entry, frame);
      return request.decode(frame.cursor, frame.start);
    },

    encode(writer, value, opcode = entry.opcode, minorOpcode = 0) {
      const before = writer.byteCount;
      const start = request.encode(writer, value);
      const byteCount = writer.byteCount - before;
      if (byteCount > MAX_FRAMED_BYTES) {
        writer.withdraw(start);
        throw new RangeError(
          `the request has ${byteCount} bytes, and ${MAX_FRAMED_BYTES} is the most`,
        );
      }
      writer.view.setUint8(start, opcode);
      if (minorOpcode !== 0) writer.view.setUint8(start + 1, minorOpcode);
      writer.view.setUint16(start + 2, byteCount >> 2, writer.littleEndian);
    },

    decodeReply: (cursor, start) => reply.decode(cursor, start),

    encodeReply(writer, sequence, value) {
      const before = writer.byteCount;
      const start = reply.encode(writer, value);
      const byteCount = writer.byteCount - before;
      writer.view.setUint8(start, REPLY);
      writer.view.setUint16(start + 2, sequence, writer.littleEndian);
      writer.view.setUint32(start + 4, (byteCount - PACKET_BYTES) >> 2, writer.littleEndian);
    },
  };
}

/** In the order in which they are looked at when a request is decoded. */
function requestSections({ detail, body, length }: AnyRequestEntry): Section[] {
  const isLast = length === 'exact' || length === 'exactAfterValues';
  const detailSection = { layout: detail, offset: 1 };
  const bodySection = { layout: body, offset: 4, isLast };
  return length === 'exact' ? [bodySection, detailSection] : [detailSection, bodySection];
}

/** A length of 0 stands for a request of 4 bytes that is too short (original.md 3). */
function checkDeclaredLength(entry: AnyRequestEntry, frame: RequestFrame): void {
  if (frame.oversize) throw new ProtocolError('BadLength');
  if (frame.declaredUnits === 0 && entry.length !== 'unchecked')
    throw new ProtocolError('BadLength');
}

type RequestCodecs = { readonly [N in RequestName]: RequestCodec<RequestOf<N>, ReplyOf<N>> };

const fromTables = Object.fromEntries(
  Object.entries(requests).map(([name, entry]) => [name, requestCodec(entry)]),
) as unknown as RequestCodecs;

export const requestCodecs: RequestCodecs = {
  ...fromTables,
  PlaySamples: { ...fromTables.PlaySamples, decode: decodePlaySamples },
};

const namesByOpcode = new Map(
  (Object.keys(requests) as RequestName[]).map((name) => [requests[name].opcode, name]),
);

export function requestNamed(opcode: number): RequestName | undefined {
  return namesByOpcode.get(opcode);
}
