// What a header reader finds out about a file, and the steps that the readers of both containers share.
import type { ByteSource } from './byte-source.ts';
import { soundFileErrors } from './errors.ts';
import { maxHeaderByteCount, type SoundFormat } from './format.ts';

/** 32 bits all set: "until the end", in AU by definition, in WAV by custom. */
export const unknownSize = 0xffffffff;

export interface SoundHeader {
  /** The format of what is delivered. */
  readonly format: SoundFormat;
  /** One frame as the file stores it; three bytes a sample where `widened`. */
  readonly storedFrameByteCount: number;
  /** 24-bit samples are delivered in the upper bytes of 32. */
  readonly widened: boolean;
  /** Where the first sample lies. */
  readonly dataOffset: number;
  /** The size that the header gives for the samples; undefined where it stands for "until the end". */
  readonly claimedByteCount: number | undefined;
}

/** Who is being read, for messages: `path` is undefined for a stream. */
export interface SourceLabel {
  readonly name: string;
  readonly path: string | undefined;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A size as it stands in a file. */
export function sizeBytes(size: number, bigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, size, !bigEndian);
  return bytes;
}

/** Reads exactly that much of a header, or says what is missing. */
export async function readHeaderBytes(
  source: ByteSource,
  byteCount: number,
  missing: string,
): Promise<Uint8Array> {
  const bytes = await source.read(byteCount);
  if (bytes.length < byteCount) {
    throw soundFileErrors.truncatedHeader(source.name, source.position, missing);
  }
  return bytes;
}

/** Passes over a part of a header whose length the file gave. Costs no memory, and is bounded. */
export async function skipHeaderBytes(source: ByteSource, byteCount: number): Promise<void> {
  const headerByteCount = source.position + byteCount;
  if (headerByteCount > maxHeaderByteCount) {
    throw soundFileErrors.headerTooLong(source.name, headerByteCount, maxHeaderByteCount);
  }
  if ((await source.skip(byteCount)) < byteCount) {
    throw soundFileErrors.truncatedHeader(source.name, source.position, 'its samples');
  }
}
