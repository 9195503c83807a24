// A WebSocket as the byte stream that an AudioFile client runs over. Browsers never say when what was sent
// has left, so a writer that must wait is told by looking again and again.
import type { ByteReceiver, ByteStream } from '#shared/client/byte-stream';

/** More than this not yet sent: wait. */
const HIGH_WATER_BYTES = 256 * 1024;
const LOOK_EVERY_MS = 20;

/** The connection opens by itself; what is written before waits for that. */
export function openWebSocketStream(url: string): ByteStream {
  return new WebSocketStream(new WebSocket(url));
}

class WebSocketStream implements ByteStream {
  readonly #socket: WebSocket;
  #receiver: ByteReceiver | undefined;
  /** Written before it was open. */
  #early: Uint8Array<ArrayBuffer>[] = [];
  #isAwaited = false;
  #isEnding = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => this.#opened());
  }

  receive(receiver: ByteReceiver): void {
    this.#receiver = receiver;
    this.#socket.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer) receiver.bytes(new Uint8Array(data));
    });
    this.#socket.addEventListener('close', ({ wasClean, reason }) => {
      const isPlainEnd = wasClean || this.#isEnding;
      receiver.closed(isPlainEnd ? undefined : new Error(reason || 'The connection was lost.'));
    });
  }

  write(bytes: Uint8Array<ArrayBuffer>): boolean {
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#early.push(bytes);
    else if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes);
    if (this.#socket.bufferedAmount <= HIGH_WATER_BYTES) return true;
    this.#awaitRoom();
    return false;
  }

  close(): void {
    this.#isEnding = true;
    if (this.#early.length === 0) this.#socket.close();
  }

  #opened(): void {
    for (const bytes of this.#early) this.#socket.send(bytes);
    this.#early = [];
    if (this.#isEnding) this.#socket.close();
  }

  #awaitRoom(): void {
    if (this.#isAwaited) return;
    this.#isAwaited = true;
    const look = (): void => {
      if (this.#socket.readyState !== WebSocket.OPEN) return;
      if (this.#socket.bufferedAmount > HIGH_WATER_BYTES / 2) setTimeout(look, LOOK_EVERY_MS);
      else {
        this.#isAwaited = false;
        this.#receiver?.drained();
      }
    };
    setTimeout(look, LOOK_EVERY_MS);
  }
}
