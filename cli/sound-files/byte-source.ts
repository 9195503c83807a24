// Bytes from a stream that arrive in any split, handed out in the amounts that a header parser asks for.
// Never holds more than one chunk of the stream and the few bytes that were asked for.
import { Readable } from 'node:stream';
import { fromSystemError } from './errors.ts';

const nothing = new Uint8Array(0);

export class ByteSource {
  readonly name: string;
  /** Bytes handed out or skipped so far. */
  position = 0;
  private waiting: Uint8Array = nothing;
  private closed = false;
  private readonly stream: AsyncIterable<Uint8Array>;
  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(stream: AsyncIterable<Uint8Array>, name: string) {
    this.stream = stream;
    this.chunks = stream[Symbol.asyncIterator]();
    this.name = name;
  }

  /** The next `byteCount` bytes, fewer only where the stream ends; they stay to be read. */
  async peek(byteCount: number): Promise<Uint8Array> {
    while (this.waiting.length < byteCount) {
      const chunk = await this.pull();
      if (chunk === undefined) break;
      this.waiting = joined(this.waiting, chunk);
    }
    return this.waiting.subarray(0, byteCount);
  }

  /** As `peek`, and consumes them. For small amounts: what a header claims is skipped, not read. */
  async read(byteCount: number): Promise<Uint8Array> {
    const bytes = await this.peek(byteCount);
    this.consume(bytes.length);
    return bytes;
  }

  /** Passes over that many bytes without keeping them; returns how many there were. */
  async skip(byteCount: number): Promise<number> {
    let leftByteCount = byteCount;
    while (leftByteCount > 0) {
      const chunk = await this.next(leftByteCount);
      if (chunk === undefined) break;
      leftByteCount -= chunk.length;
    }
    return byteCount - leftByteCount;
  }

  /** Whatever comes next, at most `maxByteCount` of it; undefined at the end. */
  async next(maxByteCount: number): Promise<Uint8Array | undefined> {
    if (this.waiting.length === 0) {
      const chunk = await this.pull();
      if (chunk === undefined) return undefined;
      this.waiting = chunk;
    }
    const bytes = this.waiting.subarray(0, maxByteCount);
    this.consume(bytes.length);
    return bytes;
  }

  /** Lets go of the stream behind, after which nothing more comes; safe to call at any time. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    // A Readable's iterator would wait for the chunk under way, which a silent pipe never sends.
    if (this.stream instanceof Readable) this.stream.destroy();
    else await this.chunks.return?.();
  }

  private consume(byteCount: number): void {
    this.waiting = this.waiting.subarray(byteCount);
    this.position += byteCount;
  }

  private async pull(): Promise<Uint8Array | undefined> {
    for (;;) {
      const step = await this.nextStep();
      if (step.done === true) return undefined;
      if (step.value.length > 0) return step.value;
    }
  }

  private async nextStep(): Promise<IteratorResult<Uint8Array, unknown>> {
    try {
      return await this.chunks.next();
    } catch (error) {
      if (this.closed) return { done: true, value: undefined };
      throw fromSystemError(error, this.name, 'reading');
    }
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
