// PlaySamples read and written by hand with nothing but a DataView: the floor for every other message.
import type { RequestOf } from '#shared/protocol/requests/index';

const OPCODE = 7;
const HEADER_BYTES = 20;

type PlaySamples = RequestOf<'PlaySamples'>;

/** Reads all the requests of a stream; gives how many bytes of samples they hold. */
export function readPlaySamples(bytes: Uint8Array<ArrayBuffer>, littleEndian: boolean): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sampleBytes = 0;
  for (let at = 0; at < bytes.length; ) {
    const detail = view.getUint8(at + 1);
    const byteCount = view.getUint32(at + 12, littleEndian);
    const request = {
      bigEndianSamples: (detail & 1) !== 0,
      noTimeReply: (detail & 4) !== 0,
      context: view.getUint32(at + 4, littleEndian),
      startTime: view.getUint32(at + 8, littleEndian),
      channelCount: view.getUint16(at + 16, littleEndian),
      encoding: view.getUint16(at + 18, littleEndian),
      samples: bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + byteCount),
    };
    sampleBytes += request.samples.length;
    at += 4 * view.getUint16(at + 2, littleEndian);
  }
  return sampleBytes;
}

/** Writes the request that many times into bytes of its own; gives how many they are. */
export function writePlaySamples(
  request: PlaySamples,
  count: number,
  littleEndian: boolean,
): number {
  const { samples } = request;
  const requestBytes = HEADER_BYTES + ((samples.length + 3) & ~3);
  const bytes = new Uint8Array(count * requestBytes);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += requestBytes) {
    view.setUint8(at, OPCODE);
    view.setUint8(at + 1, (request.bigEndianSamples ? 1 : 0) + (request.noTimeReply ? 4 : 0));
    view.setUint16(at + 2, requestBytes >> 2, littleEndian);
    view.setUint32(at + 4, request.context, littleEndian);
    view.setUint32(at + 8, request.startTime, littleEndian);
    view.setUint32(at + 12, samples.length, littleEndian);
    view.setUint16(at + 16, request.channelCount, littleEndian);
    view.setUint16(at + 18, request.encoding, littleEndian);
    bytes.set(samples, at + HEADER_BYTES);
  }
  return bytes.length;
}
