// Writes a sound to a file or a stream: the head first, the samples as they come, the sizes at the end.
//
// The head of a file is brought up to date once a second of sound, so that a writer that dies loses less than
// that for whoever believes the head, and nothing once repair.ts has put the right sizes in. Of a stream, and
// for the first second, the head says "until the end", which players read as such (sox with a remark).
import { type FileHandle, open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { auHeader } from './au.ts';
import { fromSystemError, shownName } from './errors.ts';
import { type ContainerKind, checkFormat, durationSeconds, type SoundFormat } from './format.ts';
import { wavHeader } from './wav-writer.ts';

export interface SoundWriter {
  /** Bytes of sound written so far. */
  readonly byteCount: number;
  /**
   * Resolves once the bytes have been taken, and only then may they change: await it before making
   * more, and no more than that is ever held. Calls keep their order. Throws a SoundFileError; what
   * was written before stays.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Puts the sizes into a file, and closes what this writer opened: a given stream stays open. */
  close(): Promise<void>;
}

/** Begins a sound at a path or on a stream; `streamName` is what messages call the stream. */
export async function createSoundWriter(
  destination: string | Writable,
  container: ContainerKind,
  format: SoundFormat,
  streamName = 'the stream',
): Promise<SoundWriter> {
  const name = typeof destination === 'string' ? shownName(destination) : streamName;
  checkFormat(name, format);
  const unfinishedHead = buildHead(container, format, undefined);
  const sink =
    typeof destination === 'string'
      ? await openFileSink(destination, name)
      : createStreamSink(destination, name);
  const writer = new SinkWriter(sink, {
    finish: (byteCount) => ({
      head: buildHead(container, format, byteCount),
      padding: container === 'wav' && byteCount % 2 === 1 ? onePaddingByte : undefined,
    }),
    unfinishedHead: (byteCount) => buildHead(container, format, byteCount, false),
    headEveryBytes: HEAD_EVERY_SECONDS / durationSeconds(format, 1),
  });
  await writer.begin(unfinishedHead);
  return writer;
}

/** How much sound may follow the head before it tells of it. */
const HEAD_EVERY_SECONDS = 1;

const onePaddingByte = new Uint8Array(1);

function buildHead(
  container: ContainerKind,
  format: SoundFormat,
  byteCount: number | undefined,
  isFinished = true,
): Uint8Array {
  const build = { wav: wavHeader, au: auHeader, raw: () => new Uint8Array(0) };
  return build[container](format, byteCount, isFinished);
}

interface Heads {
  finish(byteCount: number): Finish;
  /** While more is to come. */
  unfinishedHead(byteCount: number): Uint8Array;
  readonly headEveryBytes: number;
}

interface Finish {
  readonly head: Uint8Array;
  /** What must follow the samples in a file whose sizes are known. */
  readonly padding: Uint8Array | undefined;
}

class SinkWriter implements SoundWriter {
  byteCount = 0;
  private readonly sink: Sink;
  private readonly heads: Heads;
  private last: Promise<void> = Promise.resolve();
  private closed: Promise<void> | undefined;
  /** What the head of the file says. */
  private headByteCount = 0;

  constructor(sink: Sink, heads: Heads) {
    this.sink = sink;
    this.heads = heads;
  }

  async begin(head: Uint8Array): Promise<void> {
    try {
      await this.sink.append(head, () => undefined);
    } catch (error) {
      await this.sink.close();
      throw error;
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    const written = this.last.then(async () => {
      await this.sink.append(bytes, (byteCount) => {
        this.byteCount += byteCount;
      });
      await this.updateHead();
    });
    this.last = written.catch(() => undefined);
    return written;
  }

  private async updateHead(): Promise<void> {
    if (this.byteCount - this.headByteCount < this.heads.headEveryBytes) return;
    this.headByteCount = this.byteCount;
    await this.sink.replaceHead(this.heads.unfinishedHead(this.byteCount), undefined);
  }

  close(): Promise<void> {
    this.closed ??= this.last.then(() => this.finishAndClose());
    return this.closed;
  }

  private async finishAndClose(): Promise<void> {
    try {
      const { head, padding } = this.heads.finish(this.byteCount);
      await this.sink.replaceHead(head, padding);
    } finally {
      await this.sink.close();
    }
  }
}

/** Where the bytes go. All of it throws SoundFileErrors. */
interface Sink {
  /** Tells `taken` of every part that has been written, also when the rest fails. */
  append(bytes: Uint8Array, taken: (byteCount: number) => void): Promise<void>;
  /** Does nothing where one cannot go back. */
  replaceHead(head: Uint8Array, padding: Uint8Array | undefined): Promise<void>;
  close(): Promise<void>;
}

async function openFileSink(path: string, name: string): Promise<Sink> {
  const failed = (error: unknown) => fromSystemError(error, name, 'writing');
  const guarded = <Result>(work: Promise<Result>): Promise<Result> =>
    work.catch((error: unknown) => {
      throw failed(error);
    });
  const handle = await guarded(open(path, 'w'));
  const canGoBack = (await guarded(handle.stat())).isFile();

  return {
    append: (bytes, taken) => guarded(writeAll(handle, bytes, taken)),
    replaceHead: async (head, padding) => {
      if (!canGoBack || head.length === 0) return;
      // The head first: it replaces bytes that are there, so that even a full disk takes it.
      await guarded(handle.write(head, 0, head.length, 0));
      if (padding === undefined) return;
      const { size } = await guarded(handle.stat());
      await guarded(handle.write(padding, 0, padding.length, size));
    },
    close: () => guarded(handle.close()),
  };
}

async function writeAll(
  handle: FileHandle,
  bytes: Uint8Array,
  taken: (byteCount: number) => void,
): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, offset, bytes.length - offset);
    offset += bytesWritten;
    taken(bytesWritten);
  }
}

function createStreamSink(stream: Writable, name: string): Sink {
  // Every write reports its own failure; without a listener the stream's report would end the process.
  const onError = () => undefined;
  stream.on('error', onError);

  const append = (bytes: Uint8Array, taken: (byteCount: number) => void) =>
    new Promise<void>((resolve, reject) => {
      const onClose = () => reject(fromSystemError(closedStream, name, 'writing'));
      stream.once('close', onClose);
      stream.write(bytes, (error) => {
        stream.off('close', onClose);
        if (error) return reject(fromSystemError(error, name, 'writing'));
        taken(bytes.length);
        resolve();
      });
    });

  return {
    append: (bytes, taken) => (bytes.length === 0 ? Promise.resolve() : append(bytes, taken)),
    replaceHead: () => Promise.resolve(),
    // Left listening after a failure, whose report may still be under way.
    close: async () => {
      if (!stream.errored) stream.off('error', onError);
    },
  };
}

const closedStream = Object.assign(new Error('the stream was closed'), { code: 'EPIPE' });
