// One peer's byte stream, as dispatch sees it: bytes in, bytes out, never meaning.
import type { Socket } from 'node:net';
import { readInPlace } from './read-in-place.ts';

export type Peer =
  /**
   * `address` is textual; an IPv4 peer of an IPv6 listener has its IPv4 address. `door` is there where the
   * peer came through the web side, and says whether it showed the token. `port` is
   * undefined behind a proxy, which alone knows it.
   */
  | { kind: 'tcp'; address: string; port: number | undefined; door?: 'page' | 'pageWithToken' }
  | { kind: 'unix' };

export interface ConnectionReceiver {
  /** The first `byteCount` bytes of `chunk` arrived; it changes after the call. */
  bytes(chunk: Uint8Array<ArrayBuffer>, byteCount: number): void;
  /** Everything written was taken by the kernel, after at least QUEUE_MARK_BYTES had waited for it. */
  drained(): void;
  /** Exactly once, however the connection ended; nothing is called after it. */
  closed(): void;
}

/**
 * A peer that has finished sending is still answered: its connection ends by itself as soon as
 * everything it sent was delivered and reading is not paused. So a receiver that still owes answers
 * keeps reading paused, and writes them at the latest in the turn of the event loop after it resumes.
 * But nobody can tell such a peer from one that is gone, so it is cut off when the receiver does nothing
 * for FINISHED_PAUSE_MS but pause.
 */
export interface TransportConnection {
  readonly peer: Peer;
  /** To be called once; nothing is read before. */
  start(receiver: ConnectionReceiver): void;
  /** Takes `bytes` over: they must not change until they were sent. Nothing happens after the end. */
  write(bytes: Uint8Array): void;
  /**
   * Written but not yet taken by the kernel; a write counts whole until all of it was taken. 0 from
   * `destroy` on, also before `closed`.
   */
  readonly queuedByteCount: number;
  /**
   * No more `bytes` until `resume`; but for QUEUE_MARK_BYTES or so, the peer's bytes stay in the kernel.
   * Pausing again says that the receiver goes on with what it has.
   */
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
export const FLUSH_LIMIT_MS = 30_000;

/**
 * After everything was sent: how long the peer may take to close. Closing first, while bytes of the
 * peer are unread, would make the kernel send a reset, which can overtake the last answer.
 */
const LINGER_MS = 1_000;

/**
 * How long one request of a peer that has finished sending may wait: long enough for the parts of a
 * sound, of which old programs make one second at most; too short for programs that are gone to hold
 * the places of others.
 */
export const FINISHED_PAUSE_MS = 10_000;

/** What a held chunk costs beside its bytes, so that a peer that sends single bytes holds no more. */
const HELD_CHUNK_BYTES = 256;

/**
 * A socket that was accepted with reading paused and half-open connections allowed.
 *
 * While a receiver pauses, reading goes on until QUEUE_MARK_BYTES are held, because only who reads
 * learns that the peer has reset the connection or finished.
 */
export class SocketConnection implements TransportConnection {
  readonly peer: Peer;
  readonly #socket: Socket;
  #receiver: ConnectionReceiver | undefined;
  #isPaused = false;
  #hasPeerFinished = false;
  #isEnding = false;
  #cutTimer: NodeJS.Timeout | undefined;
  /** What came during a pause, in order. */
  #held: Uint8Array<ArrayBuffer>[] = [];
  #heldByteCount = 0;

  constructor(socket: Socket, peer: Peer) {
    this.peer = peer;
    this.#socket = socket;
    readInPlace(socket, (chunk, byteCount) => this.#take(chunk, byteCount));
    // A reset or a broken pipe is followed by 'close', which says all that a receiver needs.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(this.#cutTimer);
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
    socket.on('drain', () => {
      if (!this.#isEnding) receiver.drained();
    });
    socket.on('end', () => {
      this.#hasPeerFinished = true;
      if (this.#isPaused) this.#cutAfter(FINISHED_PAUSE_MS);
      else this.#endWhenAnswered();
    });
    socket.resume();
  }

  get queuedByteCount(): number {
    return this.#socket.destroyed ? 0 : this.#socket.writableLength;
  }

  write(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  pause(): void {
    this.#isPaused = true;
    if (this.#hasPeerFinished && !this.#isEnding) this.#cutAfter(FINISHED_PAUSE_MS);
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#isEnding || this.#receiver === undefined) return;
    if (this.#hasPeerFinished) clearTimeout(this.#cutTimer);
    else if (this.#held.length === 0 && !this.#socket.isPaused()) return;
    // Not within the call: a receiver resumes in the middle of its work.
    process.nextTick(() => this.#deliverHeld());
  }

  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#letGoOfHeld();
    this.#socket.pause();
    this.#cutAfter(FLUSH_LIMIT_MS);
    this.#socket.end(() => this.#linger());
  }

  destroy(): void {
    this.#isEnding = true;
    this.#letGoOfHeld();
    this.#socket.destroy();
  }

  #take(chunk: Uint8Array<ArrayBuffer>, byteCount: number): void {
    if (this.#isEnding) return;
    if (!this.#isPaused && this.#held.length === 0) {
      this.#receiver?.bytes(chunk, byteCount);
      return;
    }
    this.#held.push(chunk.slice(0, byteCount));
    this.#heldByteCount += HELD_CHUNK_BYTES + byteCount;
    if (this.#heldByteCount >= QUEUE_MARK_BYTES) this.#socket.pause();
  }

  #deliverHeld(): void {
    while (!this.#isPaused && !this.#isEnding) {
      const chunk = this.#held.shift();
      if (chunk === undefined) break;
      this.#heldByteCount -= HELD_CHUNK_BYTES + chunk.length;
      this.#receiver?.bytes(chunk, chunk.length);
    }
    if (this.#isPaused || this.#isEnding) return;
    this.#socket.resume();
    if (this.#hasPeerFinished) this.#endWhenAnswered();
  }

  #letGoOfHeld(): void {
    this.#held = [];
    this.#heldByteCount = 0;
  }

  /** Two turns: answers that a receiver gathers for the end of a turn come before the end. */
  #endWhenAnswered(): void {
    setImmediate(() =>
      setImmediate(() => {
        if (!this.#isPaused) this.end();
      }),
    );
  }

  /**
   * Throws away what the peer still sends until it closes too, which destroys the socket; where it has finished
   * sending, that is now.
   */
  #linger(): void {
    if (this.#hasPeerFinished) return;
    this.#cutAfter(LINGER_MS);
    this.#socket.resume();
  }

  #cutAfter(limitMs: number): void {
    clearTimeout(this.#cutTimer);
    if (this.#socket.destroyed) return;
    this.#cutTimer = setTimeout(() => this.#socket.destroy(), limitMs);
  }
}

/** The peer of an accepted TCP socket; undefined when it is already gone. */
export function tcpPeer(socket: Socket): Peer | undefined {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return { kind: 'tcp', address: plainAddress(remoteAddress), port: remotePort };
}

/** An IPv4 peer of an IPv6 listener has its IPv4 address. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
