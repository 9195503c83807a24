// The far end of a connection in memory: what a server wrote, packet by packet.
import type { Connection, Peer, Receiver } from '#server/dispatch/index';

const SETUP_PREFIX_BYTES = 8;
const PACKET_BYTES = 32;

export class FakeConnection implements Connection {
  readonly peer: Peer;
  readonly littleEndian: boolean;
  isPaused = false;
  isEnded = false;
  /** As if the peer did not read. */
  queuedByteCount = 0;
  /** As if what is written stayed queued until `drain`. */
  isUnread = false;
  /** A real connection that is destroyed says so in a later turn of the event loop. */
  saysClosedLater = false;
  writeCount = 0;
  #receiver: Receiver | undefined;
  #received = new Uint8Array(0);
  #isSetUp = false;
  #waiting: Uint8Array<ArrayBuffer>[] = [];

  constructor(peer: Peer, littleEndian = true) {
    this.peer = peer;
    this.littleEndian = littleEndian;
  }

  start(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  write(bytes: Uint8Array): boolean {
    this.writeCount += 1;
    if (this.isUnread) this.queuedByteCount += bytes.length;
    const joined = new Uint8Array(this.#received.length + bytes.length);
    joined.set(this.#received);
    joined.set(bytes, this.#received.length);
    this.#received = joined;
    return true;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.#deliver();
  }

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.isEnded = true;
    if (!this.saysClosedLater) this.#receiver?.closed();
  }

  /** What the client sends; it waits while the server does not read. */
  send(bytes: Uint8Array): void {
    this.#waiting.push(Uint8Array.from(bytes));
    this.#deliver();
  }

  /** What the client sends, handed over where it lies, whether the server reads or not: nothing is allocated. */
  sendInPlace(bytes: Uint8Array<ArrayBuffer>): void {
    this.#receiver?.bytes(bytes, bytes.length);
  }

  /** The client goes away. */
  close(): void {
    this.#receiver?.closed();
  }

  /** The client reads all that there is. */
  drain(): void {
    this.queuedByteCount = 0;
    this.#receiver?.drained();
  }

  /** The next whole packet, or undefined. */
  receive(): Uint8Array<ArrayBuffer> | undefined {
    const byteCount = this.#nextPacketBytes();
    if (byteCount === undefined || this.#received.length < byteCount) return undefined;
    const packet = this.#received.slice(0, byteCount);
    this.#received = this.#received.slice(byteCount);
    this.#isSetUp = true;
    return packet;
  }

  #deliver(): void {
    while (!this.isPaused) {
      const chunk = this.#waiting.shift();
      if (!chunk) return;
      this.#receiver?.bytes(chunk, chunk.length);
      // As the next read does.
      chunk.fill(0xaa);
    }
  }

  #nextPacketBytes(): number | undefined {
    const { buffer, byteOffset, length } = this.#received;
    const view = new DataView(buffer, byteOffset, length);
    if (!this.#isSetUp) {
      if (length < SETUP_PREFIX_BYTES) return undefined;
      return SETUP_PREFIX_BYTES + 4 * view.getUint16(6, this.littleEndian);
    }
    if (length < PACKET_BYTES) return undefined;
    return PACKET_BYTES + (view.getUint8(0) === 1 ? 4 * view.getUint32(4, this.littleEndian) : 0);
  }
}
