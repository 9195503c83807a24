// The hand-written twin of the RecordSamples reply's encoder: its samples are encoded where they leave from,
// so that nothing copies them. A test holds it equal to the table's.
import type { DeviceTime } from '#shared/protocol/ids';
import { PACKET_BYTES } from '#shared/protocol/limits';
import { padded } from './variable-fields.ts';
import type { Writer } from './writer.ts';

const REPLY = 1;

/** Writes all but the samples; gives where in the writer's bytes these belong, which the caller puts there. */
export function encodeRecordReply(
  writer: Writer,
  sequence: number,
  time: DeviceTime,
  byteCount: number,
): number {
  const start = writer.reserve(PACKET_BYTES + padded(byteCount));
  const { view, littleEndian } = writer;
  view.setUint8(start, REPLY);
  view.setUint16(start + 2, sequence, littleEndian);
  view.setUint32(start + 4, padded(byteCount) >> 2, littleEndian);
  view.setUint32(start + 8, time, littleEndian);
  view.setUint32(start + 12, byteCount, littleEndian);
  return start + PACKET_BYTES;
}
