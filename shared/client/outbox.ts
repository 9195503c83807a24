// What goes out: requests of one turn leave in one write, and none while the stream asks to wait.
import { Writer } from '#shared/wire/writer';
import type { ByteStream } from './byte-stream.ts';

/** Past this, whoever has much to send waits: enough to fill a network, little to hold. */
const ENOUGH_BYTES = 64 * 1024;

export class Outbox {
  readonly writer: Writer;
  readonly #stream: ByteStream;
  /** Runs before bytes leave, and may add to them. */
  readonly #beforeWrite: () => void;
  #isBlocked = false;
  #isScheduled = false;
  #isEnded = false;
  #waiting: (() => void)[] = [];

  constructor(stream: ByteStream, littleEndian: boolean, beforeWrite: () => void) {
    this.#stream = stream;
    this.#beforeWrite = beforeWrite;
    this.writer = new Writer(littleEndian);
  }

  /** Makes what was written leave when this turn is over. */
  schedule(): void {
    if (this.#isScheduled || this.#isBlocked) return;
    this.#isScheduled = true;
    Promise.resolve().then(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  /** Undefined when more may be written now; otherwise resolves when it may, or when all is over. */
  room(): Promise<void> | undefined {
    const isFull = this.#isBlocked || this.writer.byteCount >= ENOUGH_BYTES;
    if (!isFull || this.#isEnded) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  drained(): void {
    this.#isBlocked = false;
    this.#flush();
  }

  /** Nothing leaves any more, and nobody waits. */
  end(): void {
    this.#isEnded = true;
    this.#release();
  }

  #flush(): void {
    if (this.#isEnded || this.#isBlocked) return;
    this.#beforeWrite();
    const bytes = this.writer.take();
    if (bytes) this.#isBlocked = !this.#stream.write(bytes);
    if (!this.#isBlocked) this.#release();
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const proceed of waiting) proceed();
  }
}
