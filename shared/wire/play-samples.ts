// The hand-written twin of the PlaySamples decoder: the one message that carries nearly all bytes.
// A test holds it equal to the table's.
import { ProtocolError } from '#shared/protocol/errors';
import type { ContextId, DeviceTime } from '#shared/protocol/ids';
import type { RequestOf } from '#shared/protocol/requests/index';
import type { RequestFrame } from './request-reader.ts';

/** Before the samples. */
export const PLAY_HEADER_BYTES = 20;
const BIG_ENDIAN_SAMPLES = 1;
const NO_TIME_REPLY = 4;

/** There is one, which is filled anew: whoever is handed it has done with it before the next is decoded. */
const request: RequestOf<'PlaySamples'> = {
  bigEndianSamples: false,
  noTimeReply: false,
  context: 0 as ContextId,
  startTime: 0 as DeviceTime,
  channelCount: 0,
  encoding: 0,
  samples: new Uint8Array(0),
};

export function decodePlaySamples(frame: RequestFrame): RequestOf<'PlaySamples'> {
  const { cursor, start, detail } = frame;
  const { view, littleEndian } = cursor;
  const byteRoom = cursor.end - start - PLAY_HEADER_BYTES;
  if (frame.oversize || byteRoom < 0) throw new ProtocolError('BadLength');
  const byteCount = view.getUint32(start + 12, littleEndian);
  if (byteCount > byteRoom) throw new ProtocolError('BadLength');
  const samplesStart = start + PLAY_HEADER_BYTES;
  request.bigEndianSamples = (detail & BIG_ENDIAN_SAMPLES) !== 0;
  request.noTimeReply = (detail & NO_TIME_REPLY) !== 0;
  request.context = view.getUint32(start + 4, littleEndian) as ContextId;
  request.startTime = view.getUint32(start + 8, littleEndian) as DeviceTime;
  request.channelCount = view.getUint16(start + 16, littleEndian);
  request.encoding = view.getUint16(start + 18, littleEndian);
  request.samples = cursor.bytes.subarray(samplesStart, samplesStart + byteCount);
  return request;
}
