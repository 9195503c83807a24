// The client's side of the stream: the answer to the set-up, then replies, errors and events.
import { ProtocolError } from '#shared/protocol/errors';
import { PACKET_BYTES } from '#shared/protocol/limits';
import type { SetupAccepted } from '#shared/protocol/setup';
import type { Cursor } from './cursor.ts';
import { FrameBuffer } from './frame-buffer.ts';
import {
  decodeSetupAccepted,
  decodeSetupPrefix,
  isCoreEvent,
  SETUP_REPLY_PREFIX_BYTES,
} from './packet-codec.ts';
import { readText } from './variable-fields.ts';

/** More than four seconds of 64-bit samples in eight channels at 48 kHz; a longer reply is a lie. */
const MAX_REPLY_BYTES = 16 * 1024 * 1024;

export type SetupAnswer =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'accepted'; readonly setup: SetupAccepted };

export type PacketKind = 'error' | 'reply' | 'event';

/** One packet in place; the reader has a single one, which it fills anew. */
export interface Packet {
  readonly cursor: Cursor;
  readonly start: number;
  readonly kind: PacketKind;
  readonly sequence: number;
}

export class PacketReader {
  #buffer = new FrameBuffer();
  #packet = { cursor: this.#buffer.cursor, start: 0, kind: 'event' as PacketKind, sequence: 0 };

  constructor(littleEndian: boolean) {
    this.#buffer.cursor.littleEndian = littleEndian;
  }

  /** Call only when the last call of `next` or `nextSetup` found the bytes incomplete. */
  push(chunk: Uint8Array<ArrayBuffer>): void {
    this.#buffer.push(chunk);
  }

  /** Throws ProtocolError when what answers is no AudioFile server. */
  nextSetup(): SetupAnswer {
    const buffer = this.#buffer;
    if (!this.#passEvents() || !buffer.take(SETUP_REPLY_PREFIX_BYTES)) {
      return { kind: 'incomplete' };
    }
    const prefix = decodeSetupPrefix(buffer.cursor, buffer.start);
    if (prefix.accepted > 1) throw new ProtocolError('BadValue', prefix.accepted);
    if (!buffer.take(SETUP_REPLY_PREFIX_BYTES + 4 * prefix.additionalUnits)) {
      return { kind: 'incomplete' };
    }
    const { cursor, start } = buffer;
    const answer: SetupAnswer =
      prefix.accepted === 1
        ? { kind: 'accepted', setup: decodeSetupAccepted(cursor, start) }
        : { kind: 'refused', reason: readReason(cursor, start, prefix.reasonByteCount) };
    buffer.consume();
    return answer;
  }

  /** The original sends events even before its answer (original.md 5). False when one is not whole. */
  #passEvents(): boolean {
    const buffer = this.#buffer;
    while (buffer.take(1) && isCoreEvent(buffer.cursor.view.getUint8(buffer.start))) {
      if (!buffer.take(PACKET_BYTES)) return false;
      buffer.consume();
    }
    return true;
  }

  /** The next packet, or undefined when it has not arrived whole. Throws when a reply is endless. */
  next(): Packet | undefined {
    const buffer = this.#buffer;
    const { cursor } = buffer;
    if (!buffer.take(PACKET_BYTES)) return undefined;
    const kind = kindOf(cursor.view.getUint8(buffer.start));
    if (kind === 'reply') {
      const byteCount = 4 * cursor.view.getUint32(buffer.start + 4, cursor.littleEndian);
      if (byteCount > MAX_REPLY_BYTES) throw new ProtocolError('BadLength', byteCount);
      if (!buffer.take(PACKET_BYTES + byteCount)) return undefined;
    }
    const packet = this.#packet;
    packet.start = buffer.start;
    packet.kind = kind;
    packet.sequence = cursor.view.getUint16(buffer.start + 2, cursor.littleEndian);
    buffer.consume();
    return packet;
  }
}

function kindOf(firstByte: number): PacketKind {
  if (firstByte === 0) return 'error';
  return firstByte === 1 ? 'reply' : 'event';
}

function readReason(cursor: Cursor, start: number, byteCount: number): string {
  const from = start + SETUP_REPLY_PREFIX_BYTES;
  return readText(cursor.bytes, from, Math.min(from + byteCount, cursor.end));
}
