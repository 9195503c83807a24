// A page's WebSocket as the relay sees it, over `ws`. Frames go to the socket below it as they are: with
// compression off, ws writes each of its own messages at once and whole, so that the two never mix.
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Role } from '#shared/relay/roles';
import type { PageReceiver, PageSocket } from './ports.ts';

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
  { peer, role }: PageVisitor,
): PageSocket {
  let receiver: PageReceiver | undefined;
  let closeTimer: NodeJS.Timeout | undefined;
  // False as soon as either side has begun to close: nothing may follow a close.
  const isOpen = () => webSocket.readyState === webSocket.OPEN;

  // 'close' follows, which says all that a receiver needs.
  webSocket.on('error', () => {});
  webSocket.on('message', (data: Buffer, isBinary: boolean) => {
    if (!isOpen()) return;
    if (isBinary) receiver?.binary(ownBytes(data));
    else receiver?.text(data.toString());
  });
  webSocket.on('pong', () => receiver?.pong());
  webSocket.on('close', () => {
    clearTimeout(closeTimer);
    receiver?.closed();
  });

  return {
    peer,
    role,
    start(started) {
      receiver = started;
    },
    sendText(text) {
      if (isOpen()) webSocket.send(text);
    },
    sendFrame(message) {
      if (isOpen()) socket.write(message.bytes);
    },
    ping() {
      if (isOpen()) webSocket.ping();
    },
    get queuedByteCount() {
      return socket.writableLength;
    },
    close(code, reason) {
      if (!isOpen()) return;
      webSocket.close(code, cut(reason));
      closeTimer = setTimeout(() => webSocket.terminate(), CLOSE_MS);
    },
  };
}

function cut(reason: string): string {
  const bytes = new TextEncoder().encode(reason);
  if (bytes.length <= MAX_REASON_BYTES) return reason;
  // A character that the cut goes through is left out.
  return new TextDecoder().decode(bytes.subarray(0, MAX_REASON_BYTES)).replace(/\uFFFD+$/, '');
}

/** A WebSocket's messages are never in memory that threads share, whatever the type allows. */
function ownBytes(data: Buffer): Uint8Array<ArrayBuffer> {
  return data.buffer instanceof ArrayBuffer
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
