// Two ends joined in memory: what one writes, the other receives, never within the call that wrote it.
// For tests, and for a client and a server in one process.
import type { ByteReceiver, ByteStream } from './byte-stream.ts';

class PairedStream implements ByteStream {
  peer: PairedStream | undefined;
  #receiver: ByteReceiver | undefined;
  /** What happened before somebody received. */
  #early: ((receiver: ByteReceiver) => void)[] = [];
  #isClosed = false;

  receive(receiver: ByteReceiver): void {
    this.#receiver = receiver;
    const early = this.#early;
    this.#early = [];
    for (const deliver of early) this.#later(deliver);
  }

  write(bytes: Uint8Array<ArrayBuffer>): boolean {
    if (!this.#isClosed) this.peer?.deliver((receiver) => receiver.bytes(bytes.slice()));
    return true;
  }

  close(): void {
    this.#end();
    this.peer?.deliverEnd();
  }

  deliver(event: (receiver: ByteReceiver) => void): void {
    if (this.#receiver) this.#later(event);
    else this.#early.push(event);
  }

  deliverEnd(): void {
    this.deliver(() => this.#end());
  }

  #later(event: (receiver: ByteReceiver) => void): void {
    Promise.resolve().then(() => {
      if (!this.#isClosed && this.#receiver) event(this.#receiver);
    });
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const receiver = this.#receiver;
    if (receiver) Promise.resolve().then(() => receiver.closed());
  }
}

export function createStreamPair(): [ByteStream, ByteStream] {
  const one = new PairedStream();
  const other = new PairedStream();
  one.peer = other;
  other.peer = one;
  return [one, other];
}
