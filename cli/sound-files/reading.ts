// Opens a sound for reading: finds out what it is, and delivers its samples in whole frames.
import { open } from 'node:fs/promises';
import { isAu, readAuHeader } from './au.ts';
import { ByteSource } from './byte-source.ts';
import { fromSystemError, type SoundWarning, shownName } from './errors.ts';
import { errorForUnknown, sniffByteCount } from './foreign-formats.ts';
import { type ContainerKind, checkFormat, frameByteCount, type SoundFormat } from './format.ts';
import { readFrames } from './frames.ts';
import type { SoundHeader, SourceLabel } from './header.ts';
import { isWav, readWavHeader } from './wav-reader.ts';

export interface OpenSoundOptions {
  /** What bytes without a header are; without it they are refused. */
  readonly rawFormat?: SoundFormat;
  /** What to call a stream in messages; a file is called by its path. */
  readonly name?: string;
}

export interface OpenedSound {
  readonly container: ContainerKind;
  /** Of what is delivered: 24-bit files are delivered as LIN32. */
  readonly format: SoundFormat;
  /**
   * How many bytes should be delivered: what the header says, or for a file whose header does not say,
   * what its size says. Undefined for a stream that goes on until it ends.
   */
  readonly declaredByteCount: number | undefined;
  /** To be gone through once; each chunk holds whole frames (format.ts). Errors are SoundFileErrors. */
  readonly samples: AsyncIterable<Uint8Array>;
  /** Complete once `samples` has ended. */
  readonly warnings: readonly SoundWarning[];
  /** For a sound that is not read to its end; safe to call at any time, more than once. */
  close(): Promise<void>;
}

/** Opens a file by its path, or a stream in any split; throws a SoundFileError. */
export async function openSound(
  from: string | AsyncIterable<Uint8Array>,
  options: OpenSoundOptions = {},
): Promise<OpenedSound> {
  const { source, label, fileByteCount } = await openSource(from, options.name);
  try {
    const { container, header } = await readHeader(source, label, options.rawFormat);
    const warnings: SoundWarning[] = [];
    return {
      container,
      format: header.format,
      declaredByteCount: declaredByteCount(header, fileByteCount),
      samples: deliver(source, header, warnings),
      warnings,
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function* deliver(
  source: ByteSource,
  header: SoundHeader,
  warnings: SoundWarning[],
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* readFrames(source, header, (warning) => warnings.push(warning));
  } finally {
    await source.close();
  }
}

interface OpenedSource {
  readonly source: ByteSource;
  readonly label: SourceLabel;
  /** Undefined for what is not a regular file. */
  readonly fileByteCount: number | undefined;
}

async function openSource(
  from: string | AsyncIterable<Uint8Array>,
  streamName = 'the stream',
): Promise<OpenedSource> {
  if (typeof from !== 'string') {
    const label = { name: streamName, path: undefined };
    return { source: new ByteSource(from, label.name), label, fileByteCount: undefined };
  }
  const label = { name: shownName(from), path: from };
  try {
    const handle = await open(from, 'r');
    const stat = await handle.stat();
    const source = new ByteSource(handle.createReadStream(), label.name);
    return { source, label, fileByteCount: stat.isFile() ? stat.size : undefined };
  } catch (error) {
    throw fromSystemError(error, label.name, 'reading');
  }
}

interface ReadHeader {
  readonly container: ContainerKind;
  readonly header: SoundHeader;
}

async function readHeader(
  source: ByteSource,
  label: SourceLabel,
  rawFormat: SoundFormat | undefined,
): Promise<ReadHeader> {
  const firstBytes = await source.peek(sniffByteCount);
  if (isWav(firstBytes)) return { container: 'wav', header: await readWavHeader(source, label) };
  if (isAu(firstBytes)) return { container: 'au', header: await readAuHeader(source, label) };
  if (rawFormat === undefined || firstBytes.length === 0) {
    throw errorForUnknown(label, firstBytes);
  }
  return { container: 'raw', header: rawHeader(label, rawFormat) };
}

function rawHeader(label: SourceLabel, format: SoundFormat): SoundHeader {
  checkFormat(label.name, format);
  return {
    format,
    storedFrameByteCount: frameByteCount(format),
    widened: false,
    dataOffset: 0,
    claimedByteCount: undefined,
  };
}

function declaredByteCount(
  header: SoundHeader,
  fileByteCount: number | undefined,
): number | undefined {
  const { claimedByteCount, dataOffset, storedFrameByteCount, format } = header;
  const behindHeader = fileByteCount === undefined ? undefined : fileByteCount - dataOffset;
  const storedByteCount = claimedByteCount ?? behindHeader;
  if (storedByteCount === undefined) return undefined;
  return Math.floor(storedByteCount / storedFrameByteCount) * frameByteCount(format);
}
