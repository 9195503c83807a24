// One peer's byte stream, as dispatch sees it: bytes in, bytes out, never meaning.
import type { Socket } from 'node:net';

export type Peer =
  /** `address` is textual; an IPv4 peer of an IPv6 listener has its IPv4 address. */
  { kind: 'tcp'; address: string; port: number } | { kind: 'unix' };

export interface ConnectionReceiver {
  /** `chunk` belongs to the receiver from then on. */
  bytes(chunk: Uint8Array<ArrayBuffer>): void;
  /** Everything written was taken by the kernel, after at least QUEUE_MARK_BYTES had waited for it. */
  drained(): void;
  /** Exactly once, however the connection ended; nothing is called after it. */
  closed(): void;
}

/**
 * A peer that has finished sending is still answered: its connection ends by itself as soon as
 * everything it sent was delivered and reading is not paused. So a receiver that still owes answers
 * keeps reading paused, and writes them at the latest in the turn of the event loop after it resumes.
 */
export interface TransportConnection {
  readonly peer: Peer;
  /** To be called once; nothing is read before. */
  start(receiver: ConnectionReceiver): void;
  /** Takes `bytes` over: they must not change until they were sent. Nothing happens after the end. */
  write(bytes: Uint8Array): void;
  /** Written but not yet taken by the kernel; a write counts whole until all of it was taken. */
  readonly queuedByteCount: number;
  /** No more `bytes` until `resume`; the peer's bytes stay in the kernel but for QUEUE_MARK_BYTES. */
  pause(): void;
  resume(): void;
  /** Sends what is queued, then closes; nothing more is received. */
  end(): void;
  /** Closes at once; what is queued is lost. */
  destroy(): void;
}

/** How much is queued in either direction before the other side is made to wait. */
export const QUEUE_MARK_BYTES = 65_536;

/** After `end`: how long a peer may take to read what is queued for it. */
const FLUSH_LIMIT_MS = 30_000;

/**
 * After everything was sent: how long the peer may take to close. Closing first, while bytes of the
 * peer are unread, would make the kernel send a reset, which can overtake the last answer.
 */
const LINGER_MS = 1_000;

/** A socket that was accepted with reading paused and half-open connections allowed. */
export class SocketConnection implements TransportConnection {
  readonly peer: Peer;
  readonly #socket: Socket;
  #receiver: ConnectionReceiver | undefined;
  #isPaused = false;
  #hasPeerFinished = false;
  #isEnding = false;
  #endTimer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, peer: Peer) {
    this.peer = peer;
    this.#socket = socket;
    // A reset or a broken pipe is followed by 'close', which says all that a receiver needs.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(this.#endTimer);
      this.#receiver?.closed();
    });
  }

  start(receiver: ConnectionReceiver): void {
    const socket = this.#socket;
    this.#receiver = receiver;
    if (socket.closed) {
      queueMicrotask(() => receiver.closed());
      return;
    }
    // 'data' rather than a buffer of our own: Node offers `onread` only to sockets that it connects.
    socket.on('data', (chunk) => {
      if (!this.#isEnding) receiver.bytes(chunk as Uint8Array<ArrayBuffer>);
    });
    socket.on('drain', () => {
      if (!this.#isEnding) receiver.drained();
    });
    socket.on('end', () => {
      this.#hasPeerFinished = true;
      this.#endWhenAnswered();
    });
    if (!this.#isPaused) socket.resume();
  }

  get queuedByteCount(): number {
    return this.#socket.writableLength;
  }

  write(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  pause(): void {
    this.#isPaused = true;
    if (!this.#isEnding) this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#isEnding || this.#receiver === undefined) return;
    this.#socket.resume();
    if (this.#hasPeerFinished) this.#endWhenAnswered();
  }

  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#socket.pause();
    this.#destroyAfter(FLUSH_LIMIT_MS);
    this.#socket.end(() => this.#linger());
  }

  destroy(): void {
    this.#isEnding = true;
    this.#socket.destroy();
  }

  /** Two turns: answers that a receiver gathers for the end of a turn come before the end. */
  #endWhenAnswered(): void {
    setImmediate(() =>
      setImmediate(() => {
        if (!this.#isPaused) this.end();
      }),
    );
  }

  /** Throws away what the peer still sends until it closes too, which destroys the socket. */
  #linger(): void {
    this.#destroyAfter(LINGER_MS);
    this.#socket.resume();
  }

  #destroyAfter(limitMs: number): void {
    clearTimeout(this.#endTimer);
    if (this.#socket.destroyed) return;
    this.#endTimer = setTimeout(() => this.#socket.destroy(), limitMs);
  }
}

/** The peer of an accepted TCP socket; undefined when it is already gone. */
export function tcpPeer(socket: Socket): Peer | undefined {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return { kind: 'tcp', address: withoutMapping(remoteAddress), port: remotePort };
}

function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
