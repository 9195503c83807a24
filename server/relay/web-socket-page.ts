// A page's WebSocket as the relay sees it, over `ws`. Frames go to the socket below it as they are: with
// compression off, ws writes each of its own messages at once and whole, so that the two never mix.
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Role } from '#shared/relay/roles';
import { ownBytes } from '#shared/wire/own-bytes';
import type { FrameMessage, PageReceiver, PageSocket } from './ports.ts';

/** Who is at the other end. */
export interface PageVisitor {
  /** For people: where the page is. */
  readonly peer: string;
  readonly role: Role;
}

/** RFC 6455, 5.5: a control message carries 125 bytes, two of which are the code. */
const MAX_REASON_BYTES = 123;
/** A page that does not read does not answer the close either. */
const CLOSE_MS = 1_000;

/** To be called in the turn in which the WebSocket was opened; `socket` is the one it was opened on. */
export function webSocketPage(
  webSocket: WebSocket,
  socket: Duplex,
  visitor: PageVisitor,
): PageSocket {
  return new WebSocketPage(webSocket, socket, visitor);
}

/** A class, because V8 looks up the members of object literals with accessors by name, for each frame anew. */
class WebSocketPage implements PageSocket {
  readonly peer: string;
  readonly role: Role;
  readonly stream: Duplex;
  queuedTextCount = 0;
  readonly #webSocket: WebSocket;
  readonly #textHasLeft = () => {
    this.queuedTextCount -= 1;
  };
  #receiver: PageReceiver | undefined;
  #closeTimer: NodeJS.Timeout | undefined;

  constructor(webSocket: WebSocket, socket: Duplex, { peer, role }: PageVisitor) {
    this.#webSocket = webSocket;
    this.stream = socket;
    this.peer = peer;
    this.role = role;
    // 'close' follows, which says all that a receiver needs.
    webSocket.on('error', () => {});
    webSocket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!this.#isOpen) return;
      if (isBinary) this.#receiver?.binary(ownBytes(data));
      else this.#receiver?.text(data.toString());
    });
    webSocket.on('ping', () => this.#receiver?.ping());
    webSocket.on('pong', () => this.#receiver?.pong());
    webSocket.on('close', () => {
      clearTimeout(this.#closeTimer);
      this.#receiver?.closed();
    });
  }

  start(receiver: PageReceiver): void {
    this.#receiver = receiver;
  }

  sendText(text: string): void {
    if (!this.#isOpen) return;
    this.queuedTextCount += 1;
    this.#webSocket.send(text, this.#textHasLeft);
  }

  sendFrame(message: FrameMessage): void {
    if (this.#isOpen) this.stream.write(message);
  }

  ping(): void {
    if (this.#isOpen) this.#webSocket.ping();
  }

  get queuedByteCount(): number {
    return this.stream.writableLength;
  }

  close(code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.#webSocket.close(code, cut(reason));
    this.#closeTimer = setTimeout(() => this.#webSocket.terminate(), CLOSE_MS);
  }

  /** False as soon as either side has begun to close: nothing may follow a close. */
  get #isOpen(): boolean {
    return this.#webSocket.readyState === OPEN;
  }
}

/** WebSocket.OPEN, of which the type says no value. */
const OPEN = 1;

function cut(reason: string): string {
  const bytes = new TextEncoder().encode(reason);
  if (bytes.length <= MAX_REASON_BYTES) return reason;
  // A character that the cut goes through is left out.
  return new TextDecoder().decode(bytes.subarray(0, MAX_REASON_BYTES)).replace(/\uFFFD+$/, '');
}
