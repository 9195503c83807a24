// Puts the right sizes into a WAV or AU file whose writer died, and leaves every other file alone.
import { type FileHandle, open } from 'node:fs/promises';
import { type AuHeader, auSize, auSizeOffset, isAu, readAuHeader } from './au.ts';
import { ByteSource } from './byte-source.ts';
import { fromSystemError, shownName, soundFileErrors } from './errors.ts';
import { errorForUnknown, sniffByteCount } from './foreign-formats.ts';
import { type SoundHeader, sizeBytes, unknownSize, viewOf } from './header.ts';
import { isChunkName, isWav, readWavHeader, type WavHeader } from './wav-reader.ts';
import { wavSizes } from './wav-writer.ts';

export interface HeaderRepair {
  readonly container: 'wav' | 'au';
  /** False where the file was whole: not a byte of it has been touched. */
  readonly changed: boolean;
  /** What the header said before; undefined where it said "until the end". */
  readonly claimedByteCount: number | undefined;
  /** The bytes of sound that it says now. */
  readonly byteCount: number;
  /** The broken frame at the end that has been cut off. */
  readonly droppedByteCount: number;
}

/** Repairs the file in place; throws a SoundFileError where there is no header to repair. */
export async function repairHeader(path: string): Promise<HeaderRepair> {
  const name = shownName(path);
  try {
    const handle = await open(path, 'r+');
    try {
      return await repairOpenFile(handle, path, name);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fromSystemError(error, name, 'repairing');
  }
}

async function repairOpenFile(
  handle: FileHandle,
  path: string,
  name: string,
): Promise<HeaderRepair> {
  const label = { name, path };
  const stat = await handle.stat();
  if (!stat.isFile()) throw soundFileErrors.notAFile(name);
  const fileByteCount = stat.size;
  const source = new ByteSource(handle.createReadStream({ start: 0, autoClose: false }), name);
  try {
    const firstBytes = await source.peek(sniffByteCount);
    if (isWav(firstBytes)) {
      return await repairWav(handle, await readWavHeader(source, label), fileByteCount);
    }
    if (isAu(firstBytes)) {
      return await repairAu(handle, await readAuHeader(source, label), fileByteCount);
    }
    throw errorForUnknown(label, firstBytes);
  } finally {
    await source.close();
  }
}

async function repairWav(
  handle: FileHandle,
  header: WavHeader,
  fileByteCount: number,
): Promise<HeaderRepair> {
  const { dataOffset, bigEndian, storedFrameByteCount } = header;
  const end = await endOfChunks(handle, header, fileByteCount);
  if (end !== undefined) {
    const riffSize = Math.min(end - 8, unknownSize);
    // Programs differ on whether the last padding byte counts.
    const changed = Math.abs(header.riffSize - riffSize) > 1;
    if (changed) await writeSize(handle, 4, riffSize, bigEndian);
    return report('wav', header, changed, header.dataSize, 0);
  }
  const { wholeByteCount, droppedByteCount } = framesIn(header, fileByteCount);
  const sizes = wavSizes(dataOffset, storedFrameByteCount, wholeByteCount);
  if (sizes.dataSize === header.dataSize && droppedByteCount === 0) {
    return report('wav', header, false, wholeByteCount, 0);
  }
  await handle.truncate(dataOffset + wholeByteCount + (wholeByteCount % 2));
  await writeSize(handle, dataOffset - 4, sizes.dataSize, bigEndian);
  if (header.frameCountOffset !== undefined) {
    await writeSize(handle, header.frameCountOffset, sizes.frameCount, bigEndian);
  }
  await writeSize(handle, 4, sizes.riffSize, bigEndian);
  return report('wav', header, true, wholeByteCount, droppedByteCount);
}

async function repairAu(
  handle: FileHandle,
  header: AuHeader,
  fileByteCount: number,
): Promise<HeaderRepair> {
  const { wholeByteCount, droppedByteCount } = framesIn(header, fileByteCount);
  const size = auSize(wholeByteCount);
  if (header.dataSize === size && droppedByteCount === 0) {
    return report('au', header, false, wholeByteCount, 0);
  }
  await handle.truncate(header.dataOffset + wholeByteCount);
  await writeSize(handle, auSizeOffset, size, true);
  return report('au', header, true, wholeByteCount, droppedByteCount);
}

function report(
  container: 'wav' | 'au',
  { claimedByteCount }: SoundHeader,
  changed: boolean,
  byteCount: number,
  droppedByteCount: number,
): HeaderRepair {
  return { container, changed, claimedByteCount, byteCount, droppedByteCount };
}

/** All that lies behind the header, taken for sound. */
function framesIn(
  { dataOffset, storedFrameByteCount }: SoundHeader,
  fileByteCount: number,
): { wholeByteCount: number; droppedByteCount: number } {
  const droppedByteCount = (fileByteCount - dataOffset) % storedFrameByteCount;
  return { wholeByteCount: fileByteCount - dataOffset - droppedByteCount, droppedByteCount };
}

async function writeSize(
  handle: FileHandle,
  offset: number,
  size: number,
  bigEndian: boolean,
): Promise<void> {
  await handle.write(sizeBytes(size, bigEndian), 0, 4, offset);
}

/** Real files have a handful behind their samples. */
const maxTrailingChunkCount = 1000;

/**
 * Where the last chunk ends, if the samples end where the header says and nothing but whole chunks
 * follows them up to the end of the file; undefined otherwise.
 */
async function endOfChunks(
  handle: FileHandle,
  { dataOffset, dataSize, bigEndian }: WavHeader,
  fileByteCount: number,
): Promise<number | undefined> {
  const chunkHead = new Uint8Array(8);
  let end = dataOffset + dataSize;
  for (let chunkCount = 0; chunkCount < maxTrailingChunkCount; chunkCount++) {
    // Many programs leave out the last padding byte.
    if (end === fileByteCount) return end;
    const start = end + (end % 2);
    if (start === fileByteCount) return start;
    if (start + chunkHead.length > fileByteCount) return undefined;
    await handle.read(chunkHead, 0, chunkHead.length, start);
    if (!isChunkName(chunkHead)) return undefined;
    end = start + chunkHead.length + viewOf(chunkHead).getUint32(4, !bigEndian);
  }
  return undefined;
}
