// An AudioFile byte stream in the binary messages of a WebSocket: the cuts between messages mean nothing.

import { ownBytes } from '#shared/wire/own-bytes';
import {
  type ConnectionReceiver,
  type Peer,
  QUEUE_MARK_BYTES,
  type TransportConnection,
} from './connection.ts';

/** As much of a WebSocket of the package ws as this needs. */
export interface ByteMessageSocket {
  readonly OPEN: number;
  readonly readyState: number;
  readonly bufferedAmount: number;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown;
  on(event: 'close' | 'error', listener: () => void): unknown;
  send(bytes: Uint8Array, options: { binary: true }, sent: () => void): void;
  ping(): void;
  pause(): void;
  resume(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

const NORMAL_END = 1_000;
const UNSUPPORTED_DATA = 1_003;
/** Proxies cut a WebSocket on which nothing passes, often after 30 s, and programs may be quiet for hours. */
const PING_EVERY_MS = 20_000;
/** After `end`: how long the peer may take to read what is queued for it, and to close too. */
const END_LIMIT_MS = 30_000;

/** To be made in the turn in which the WebSocket was opened. */
export class WebSocketConnection implements TransportConnection {
  readonly peer: Peer;
  readonly #socket: ByteMessageSocket;
  #receiver: ConnectionReceiver | undefined;
  /** Messages that came before the start, or were under way when reading was paused. */
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #isPaused = false;
  #isEnding = false;
  #isClosed = false;
  /** So much waited for the kernel that the receiver is told when it has left. */
  #wasFull = false;
  readonly #pingTimer: NodeJS.Timeout;
  #endTimer: NodeJS.Timeout | undefined;

  constructor(socket: ByteMessageSocket, peer: Peer) {
    this.#socket = socket;
    this.peer = peer;
    this.#pingTimer = setInterval(() => this.#ping(), PING_EVERY_MS);
    socket.pause();
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => this.#message(data, isBinary));
    socket.on('close', () => {
      this.#isClosed = true;
      clearInterval(this.#pingTimer);
      clearTimeout(this.#endTimer);
      this.#receiver?.closed();
    });
  }

  start(receiver: ConnectionReceiver): void {
    this.#receiver = receiver;
    if (this.#isClosed) {
      queueMicrotask(() => receiver.closed());
      return;
    }
    if (!this.#isPaused) this.resume();
  }

  get queuedByteCount(): number {
    return this.#socket.bufferedAmount;
  }

  /** Nothing says when ws has done with the bytes, so it gets a copy. */
  write(bytes: Uint8Array): boolean {
    if (this.#isEnding || this.#socket.readyState !== this.#socket.OPEN) return true;
    this.#socket.send(bytes.slice(), { binary: true }, () => this.#sent());
    if (this.#socket.bufferedAmount >= QUEUE_MARK_BYTES) this.#wasFull = true;
    return true;
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    while (this.#waiting.length > 0 && !this.#isPaused) {
      const chunk = this.#waiting.shift();
      if (chunk !== undefined) this.#deliver(chunk);
    }
    if (!this.#isPaused && this.#receiver !== undefined) this.#socket.resume();
  }

  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#waiting = [];
    if (this.#isClosed) return;
    this.#endTimer = setTimeout(() => this.#socket.terminate(), END_LIMIT_MS);
    this.#socket.close(NORMAL_END, '');
    // The peer's answer to the close lies behind what it has sent.
    this.#socket.resume();
  }

  destroy(): void {
    this.#isEnding = true;
    this.#waiting = [];
    this.#socket.terminate();
  }

  #ping(): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  #message(data: Buffer, isBinary: boolean): void {
    // Whoever opened the WebSocket may have begun to close it, because its token was revoked.
    if (this.#isEnding || this.#socket.readyState !== this.#socket.OPEN) return;
    if (!isBinary) {
      this.#isEnding = true;
      this.#socket.close(UNSUPPORTED_DATA, 'AudioFile comes in binary messages.');
      return;
    }
    const chunk = ownBytes(data);
    // At most what one read of the socket held: no more is read while paused.
    if (this.#isPaused || this.#receiver === undefined || this.#waiting.length > 0) {
      this.#waiting.push(chunk);
    } else this.#deliver(chunk);
  }

  #deliver(chunk: Uint8Array<ArrayBuffer>): void {
    if (!this.#isEnding && chunk.length > 0) this.#receiver?.bytes(chunk, chunk.length);
  }

  #sent(): void {
    if (!this.#wasFull || this.#socket.bufferedAmount > 0) return;
    this.#wasFull = false;
    if (!this.#isEnding) this.#receiver?.drained();
  }
}
