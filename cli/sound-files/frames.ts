// Cuts the bytes behind a header into whole frames, as far as the header's claim and the stream reach.
import type { ByteSource } from './byte-source.ts';
import type { SoundWarning } from './errors.ts';
import type { SoundHeader } from './header.ts';

const maxChunkByteCount = 256 * 1024;

/**
 * Yields chunks of whole frames, widened where the header says so. What is amiss at the end goes to
 * `warn`. The chunks may be views of the stream's own; they are never written to again.
 */
export async function* readFrames(
  source: ByteSource,
  header: SoundHeader,
  warn: (warning: SoundWarning) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const cutter = createFrameCutter(header.storedFrameByteCount);
  const deliver = header.widened ? widened24 : asStored;
  const claimedByteCount = header.claimedByteCount ?? Number.POSITIVE_INFINITY;
  let byteCount = 0;
  while (byteCount < claimedByteCount) {
    const bytes = await source.next(Math.min(claimedByteCount - byteCount, maxChunkByteCount));
    if (bytes === undefined) break;
    byteCount += bytes.length;
    for (const frames of cutter.cut(bytes)) yield deliver(frames, header.format.bigEndian);
  }
  const warning = warningAtEnd(source.name, header, byteCount, cutter.leftByteCount());
  if (warning !== undefined) warn(warning);
}

function warningAtEnd(
  name: string,
  header: SoundHeader,
  byteCount: number,
  leftByteCount: number,
): SoundWarning | undefined {
  const { claimedByteCount, storedFrameByteCount } = header;
  if (claimedByteCount !== undefined && byteCount < claimedByteCount) {
    const found = `${name} is cut off: its header promises ${claimedByteCount} bytes of sound`;
    const message = `${found} and only ${byteCount} are there, of which every whole frame is used.`;
    return { code: 'truncated', message };
  }
  if (leftByteCount > 0) {
    const found = `${name} ends with ${leftByteCount} bytes of a frame of ${storedFrameByteCount}`;
    return { code: 'partial-frame', message: `${found}: they are left out.` };
  }
  return undefined;
}

interface FrameCutter {
  /** At most two pieces: a frame that began in an earlier chunk, and the whole frames of this one. */
  cut(bytes: Uint8Array): Generator<Uint8Array>;
  /** What waits for the rest of its frame. */
  leftByteCount(): number;
}

function createFrameCutter(frameByteCount: number): FrameCutter {
  const begun = new Uint8Array(frameByteCount);
  let begunByteCount = 0;

  function* cut(bytes: Uint8Array): Generator<Uint8Array> {
    let offset = 0;
    if (begunByteCount > 0) {
      offset = begin(bytes);
      if (begunByteCount < frameByteCount) return;
      begunByteCount = 0;
      yield begun.slice();
    }
    const wholeByteCount = Math.floor((bytes.length - offset) / frameByteCount) * frameByteCount;
    if (wholeByteCount > 0) yield bytes.subarray(offset, offset + wholeByteCount);
    begin(bytes.subarray(offset + wholeByteCount));
  }

  /** Adds to the frame that has begun as much as fits; returns how much that was. */
  function begin(bytes: Uint8Array): number {
    const part = bytes.subarray(0, frameByteCount - begunByteCount);
    begun.set(part, begunByteCount);
    begunByteCount += part.length;
    return part.length;
  }

  return { cut, leftByteCount: () => begunByteCount };
}

function asStored(frames: Uint8Array): Uint8Array {
  return frames;
}

/** 24-bit samples in the upper bytes of 32, in the byte order they have. */
function widened24(frames: Uint8Array, bigEndian: boolean): Uint8Array {
  const sampleCount = frames.length / 3;
  const wide = new Uint8Array(sampleCount * 4);
  const firstByte = bigEndian ? 0 : 1;
  for (let i = 0; i < sampleCount; i++) {
    wide[i * 4 + firstByte] = frames[i * 3] as number;
    wide[i * 4 + firstByte + 1] = frames[i * 3 + 1] as number;
    wide[i * 4 + firstByte + 2] = frames[i * 3 + 2] as number;
  }
  return wide;
}
