// Reads the head of a WAV file as far as its first sample: the chunks in any order, of any length.
import type { ByteSource } from './byte-source.ts';
import { shownBytes, soundFileErrors } from './errors.ts';
import { hasText } from './foreign-formats.ts';
import {
  readHeaderBytes,
  type SoundHeader,
  type SourceLabel,
  skipHeaderBytes,
  unknownSize,
  viewOf,
} from './header.ts';
import { interpretFormatChunk, maxFormatByteCount, type WavFormat } from './wav-format.ts';

export interface WavHeader extends SoundHeader {
  /** RIFX, in which every number is big-endian. */
  readonly bigEndian: boolean;
  readonly riffSize: number;
  readonly dataSize: number;
  /** Where the number of frames stands, in the files that give it before the samples. */
  readonly frameCountOffset: number | undefined;
}

/** What programs write for the size of the samples when they cannot know it. */
const streamingSizes = [
  unknownSize, // ffmpeg, and the writer beside this file
  unknownSize - 100, // the wav package
  0x80000000, // arecord
  0x7ffff000, // sox, espeak-ng
];

/** Real files have a handful. */
const maxChunkCount = 1000;

export function isWav(firstBytes: Uint8Array): boolean {
  const isRiff = hasText(firstBytes, 0, 'RIFF') || hasText(firstBytes, 0, 'RIFX');
  return isRiff && (firstBytes.length < 12 || hasText(firstBytes, 8, 'WAVE'));
}

/** Leaves the source at the first sample. */
export async function readWavHeader(source: ByteSource, label: SourceLabel): Promise<WavHeader> {
  const head = await readHeaderBytes(source, 12, 'the end of its first 12 bytes');
  const bigEndian = hasText(head, 0, 'RIFX');
  const riffSize = viewOf(head).getUint32(4, !bigEndian);
  const found: Found = { wavFormat: undefined, frameCountOffset: undefined };
  for (let chunkCount = 0; chunkCount < maxChunkCount; chunkCount++) {
    const chunkHead = await readHeaderBytes(source, 8, 'its samples');
    const size = viewOf(chunkHead).getUint32(4, !bigEndian);
    if (hasText(chunkHead, 0, 'data')) {
      return headerAtData(label, found, { bigEndian, riffSize, dataSize: size }, source.position);
    }
    await readChunk(source, label, found, chunkHead, size, bigEndian);
  }
  throw soundFileErrors.broken(label.name, `has ${maxChunkCount} chunks and no samples among them`);
}

interface Found {
  wavFormat: WavFormat | undefined;
  frameCountOffset: number | undefined;
}

/** Takes what is wanted of one chunk before the samples, and passes over the rest with its padding. */
async function readChunk(
  source: ByteSource,
  label: SourceLabel,
  found: Found,
  chunkHead: Uint8Array,
  size: number,
  bigEndian: boolean,
): Promise<void> {
  const contentOffset = source.position;
  if (!isChunkName(chunkHead)) {
    const name = shownBytes(chunkHead.subarray(0, 4));
    throw soundFileErrors.broken(label.name, `has ${name} where the name of a chunk belongs`);
  }
  if (hasText(chunkHead, 0, 'fmt ')) {
    const byteCount = Math.min(size, maxFormatByteCount);
    const chunk = await readHeaderBytes(source, byteCount, 'the end of its format');
    found.wavFormat = interpretFormatChunk(label, chunk, bigEndian);
  } else if (hasText(chunkHead, 0, 'fact') && size >= 4) {
    found.frameCountOffset = contentOffset;
  }
  const nextOffset = contentOffset + size + (size % 2);
  await skipHeaderBytes(source, nextOffset - source.position);
}

function headerAtData(
  label: SourceLabel,
  found: Found,
  head: { bigEndian: boolean; riffSize: number; dataSize: number },
  dataOffset: number,
): WavHeader {
  const { wavFormat, frameCountOffset } = found;
  if (wavFormat === undefined) {
    throw soundFileErrors.broken(label.name, 'has samples before any format');
  }
  const isKnown = isKnownSize(head.dataSize, head.riffSize, dataOffset, wavFormat);
  const claimedByteCount = isKnown ? head.dataSize : undefined;
  return { ...wavFormat, ...head, frameCountOffset, dataOffset, claimedByteCount };
}

/** Four printable letters; anything else means that the chunks have been lost. */
export function isChunkName(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes.subarray(0, 4).every((byte) => byte >= 0x20 && byte < 0x7f);
}

/**
 * A size of 0 stands for an unknown one unless the outer size shows that something follows. The others
 * may have been rounded down to a whole frame (sox does so).
 */
function isKnownSize(
  size: number,
  riffSize: number,
  dataOffset: number,
  format: WavFormat,
): boolean {
  // Files beyond 32 bits, and those of a writer that died (writing.ts).
  if (riffSize === unknownSize) return false;
  if (size === 0) return riffSize + 8 > dataOffset;
  return !streamingSizes.some(
    (streaming) => size <= streaming && streaming - size < format.storedFrameByteCount,
  );
}
