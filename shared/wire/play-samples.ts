// The hand-written twin of the PlaySamples decoder: the one message that carries nearly all bytes.
// A test holds it equal to the table's.
import { ProtocolError } from '#shared/protocol/errors';
import type { ContextId, DeviceTime } from '#shared/protocol/ids';
import type { RequestOf } from '#shared/protocol/requests/index';
import type { RequestFrame } from './request-reader.ts';

const HEADER_BYTES = 20;
const BIG_ENDIAN_SAMPLES = 1;
const NO_TIME_REPLY = 4;

export function decodePlaySamples(frame: RequestFrame): RequestOf<'PlaySamples'> {
  const { cursor, start, detail } = frame;
  const { view, littleEndian } = cursor;
  const byteRoom = cursor.end - start - HEADER_BYTES;
  if (frame.oversize || byteRoom < 0) throw new ProtocolError('BadLength');
  const byteCount = view.getUint32(start + 12, littleEndian);
  if (byteCount > byteRoom) throw new ProtocolError('BadLength');
  const samplesStart = start + HEADER_BYTES;
  return {
    bigEndianSamples: (detail & BIG_ENDIAN_SAMPLES) !== 0,
    noTimeReply: (detail & NO_TIME_REPLY) !== 0,
    context: view.getUint32(start + 4, littleEndian) as ContextId,
    startTime: view.getUint32(start + 8, littleEndian) as DeviceTime,
    channelCount: view.getUint16(start + 16, littleEndian),
    encoding: view.getUint16(start + 18, littleEndian),
    samples: cursor.bytes.subarray(samplesStart, samplesStart + byteCount),
  };
}
