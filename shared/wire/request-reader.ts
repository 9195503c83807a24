// The server's side of the stream: the set-up request, then requests, from bytes in any split.
//
// Invariants: every request is consumed whole, whatever is wrong with it; nothing is held for a request
// that is longer than MAX_REQUEST_BYTES; frames are looked at in place and are valid until `next`.
import { MAX_FRAMED_BYTES, MAX_REQUEST_BYTES } from '#shared/protocol/limits';
import { BYTE_ORDER_MARKS, type SetupRequest } from '#shared/protocol/setup';
import type { Cursor } from './cursor.ts';
import { FrameBuffer } from './frame-buffer.ts';
import { decodeSetupRequest } from './packet-codec.ts';
import { padded } from './variable-fields.ts';

const SETUP_PREFIX_BYTES = 12;
const REQUEST_HEADER_BYTES = 4;
/** Names and data of every authorization protocol ever used are below 256 bytes. */
export const MAX_AUTHORIZATION_BYTES = 1_024;

/** One request as it stands in the stream; the reader has a single one, which it fills anew. */
export interface RequestFrame {
  readonly cursor: Cursor;
  readonly start: number;
  readonly opcode: number;
  readonly detail: number;
  /** The length as the client gave it, in units of 4 bytes. */
  readonly declaredUnits: number;
  /** The request was too long to be looked at, and its bytes are gone. */
  readonly oversize: boolean;
}

/** What the first bytes of a connection turned out to be. */
export type SetupResult =
  | { readonly kind: 'incomplete' }
  /** The first byte says no byte order: whoever is there does not speak the protocol. */
  | { readonly kind: 'notAudioFile' }
  /** The authorization is longer than any there is. */
  | { readonly kind: 'tooLong'; readonly littleEndian: boolean }
  | { readonly kind: 'request'; readonly littleEndian: boolean; readonly request: SetupRequest };

export class RequestReader {
  #buffer = new FrameBuffer();
  #discardByteCount = 0;
  #frame = {
    cursor: this.#buffer.cursor,
    start: 0,
    opcode: 0,
    detail: 0,
    declaredUnits: 0,
    oversize: false,
  };

  /**
   * Call only when `next` or `nextSetup` found the bytes incomplete. The chunk, or its first `byteCount`
   * bytes, must not change until then, or until `keep`.
   */
  push(chunk: Uint8Array<ArrayBuffer>, byteCount = chunk.length): void {
    this.#buffer.push(chunk, byteCount);
  }

  /** Copies what was not taken yet: the chunk, and with it the last frame, may change from now on. */
  keep(): void {
    this.#buffer.keep();
  }

  nextSetup(): SetupResult {
    const buffer = this.#buffer;
    const { cursor } = buffer;
    if (!buffer.take(1)) return { kind: 'incomplete' };
    const mark = cursor.view.getUint8(buffer.start);
    if (mark !== BYTE_ORDER_MARKS.little && mark !== BYTE_ORDER_MARKS.big) {
      return { kind: 'notAudioFile' };
    }
    if (!buffer.take(SETUP_PREFIX_BYTES)) return { kind: 'incomplete' };
    cursor.littleEndian = mark === BYTE_ORDER_MARKS.little;
    const nameByteCount = cursor.view.getUint16(buffer.start + 6, cursor.littleEndian);
    const dataByteCount = cursor.view.getUint16(buffer.start + 8, cursor.littleEndian);
    if (nameByteCount + dataByteCount > MAX_AUTHORIZATION_BYTES)
      return { kind: 'tooLong', littleEndian: cursor.littleEndian };
    const byteCount = SETUP_PREFIX_BYTES + padded(nameByteCount) + padded(dataByteCount);
    if (!buffer.take(byteCount)) return { kind: 'incomplete' };
    const request = decodeSetupRequest(cursor, buffer.start);
    // The data must outlive this frame: whoever checks it may do so later.
    request.authorizationData = request.authorizationData.slice();
    buffer.consume();
    return { kind: 'request', littleEndian: cursor.littleEndian, request };
  }

  /** The next request, or undefined when it has not arrived whole. */
  next(): RequestFrame | undefined {
    if (this.#discardByteCount > 0) return this.#discardOversize();
    const buffer = this.#buffer;
    if (!buffer.take(REQUEST_HEADER_BYTES)) return undefined;
    const frame = this.#readHeader();
    const byteCount = Math.max(frame.declaredUnits * 4, REQUEST_HEADER_BYTES);
    if (byteCount > MAX_REQUEST_BYTES) {
      this.#discardByteCount = Math.min(byteCount, MAX_FRAMED_BYTES);
      return this.#discardOversize();
    }
    if (!buffer.take(byteCount)) return undefined;
    frame.start = buffer.start;
    buffer.consume();
    return frame;
  }

  #readHeader() {
    const { cursor, start } = this.#buffer;
    const frame = this.#frame;
    frame.start = start;
    frame.opcode = cursor.view.getUint8(start);
    frame.detail = cursor.view.getUint8(start + 1);
    frame.declaredUnits = cursor.view.getUint16(start + 2, cursor.littleEndian);
    frame.oversize = false;
    return frame;
  }

  #discardOversize(): RequestFrame | undefined {
    this.#discardByteCount -= this.#buffer.discard(this.#discardByteCount);
    if (this.#discardByteCount > 0) {
      // Uses the chunk up, so that the next one can be pushed.
      return undefined;
    }
    this.#frame.oversize = true;
    return this.#frame;
  }
}
