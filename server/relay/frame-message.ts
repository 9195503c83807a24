// A frame as the bytes of a whole WebSocket message: header and payload are built once, so that a listener
// costs one write and no memory of its own.
import { frameOffsets } from '#shared/relay/frame';
import type { FrameMessage } from './ports.ts';

/** A whole binary message, not masked: what servers send (RFC 6455, 5.2). */
const FINAL_BINARY = 0x82;
const SHORT_BYTES = 125;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;

export function frameMessage(payload: Uint8Array): FrameMessage {
  const headerBytes = headerBytesFor(payload.length);
  const bytes = Buffer.alloc(headerBytes + payload.length);
  bytes[0] = FINAL_BINARY;
  if (headerBytes === 2) bytes[1] = payload.length;
  else if (headerBytes === 4) {
    bytes[1] = LENGTH_IN_16_BITS;
    bytes.writeUInt16BE(payload.length, 2);
  } else {
    bytes[1] = LENGTH_IN_64_BITS;
    bytes.writeUInt32BE(payload.length, 6);
  }
  bytes.set(payload, headerBytes);
  return bytes;
}

/** The same message with one more flag set. */
export function withFlag(message: FrameMessage, flag: number): FrameMessage {
  const changed = Buffer.from(message);
  payloadOf(changed)[frameOffsets.flags] = flag | (payloadOf(message)[frameOffsets.flags] ?? 0);
  return changed;
}

/** The payload that a message was made from. */
export function payloadOf(message: FrameMessage): Uint8Array {
  const length = (message[1] ?? 0) & 0x7f;
  return message.subarray(length <= SHORT_BYTES ? 2 : length === LENGTH_IN_16_BITS ? 4 : 10);
}

function headerBytesFor(payloadBytes: number): number {
  if (payloadBytes <= SHORT_BYTES) return 2;
  return payloadBytes <= 0xffff ? 4 : 10;
}
