// A stream that takes bytes only as a test allows.
import type { ByteReceiver, ByteStream } from '#shared/client/byte-stream';

export class HeldStream implements ByteStream {
  readonly writes: Uint8Array[] = [];
  isClosed = false;
  /** What the next writes answer. */
  hasRoom = true;
  #receiver: ByteReceiver | undefined;

  receive(receiver: ByteReceiver): void {
    this.#receiver = receiver;
  }

  write(bytes: Uint8Array<ArrayBuffer>): boolean {
    this.writes.push(bytes);
    return this.hasRoom;
  }

  close(): void {
    this.isClosed = true;
  }

  /** Delivers bytes to the client, now. */
  deliver(bytes: Uint8Array<ArrayBuffer>): void {
    this.#receiver?.bytes(bytes);
  }

  drain(): void {
    this.hasRoom = true;
    this.#receiver?.drained();
  }

  lose(error?: Error): void {
    this.#receiver?.closed(error);
  }

  get writtenByteCount(): number {
    return this.writes.reduce((sum, { length }) => sum + length, 0);
  }
}
