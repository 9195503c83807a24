// Accepted sockets, all read into one buffer. Node makes a buffer of 64 KiB for each read of a socket that it
// accepted, and cuts it down to what came; so many of them keep its garbage collector busy (decision 0018).
import { Socket } from 'node:net';
import { QUEUE_MARK_BYTES } from './connection.ts';

/** A read takes as much at most; whoever is told of it has done with it before the next. */
const buffer = new Uint8Array(65_536);

type Take = (chunk: Uint8Array<ArrayBuffer>, byteCount: number) => void;

/** What carries a socket's bytes inside Node, as far as it must be known here. */
interface Handle {
  readonly useUserBuffer: unknown;
}

/**
 * The same connection, paused, whose bytes go to `take` and nowhere else. Node offers `onread` only to sockets
 * that it connects, so what `accepted` stands on moves to a socket of our own; where that is not to be had, as
 * it may be one day, `accepted` is read in the ordinary way.
 */
export function readInPlace(accepted: Socket, take: Take): Socket {
  const inner = accepted as unknown as { _handle: Handle | null };
  const handle = inner._handle;
  if (typeof handle?.useUserBuffer !== 'function') {
    accepted.on('data', (chunk: Buffer<ArrayBuffer>) => take(chunk, chunk.length));
    return accepted;
  }
  inner._handle = null;
  const options = {
    handle,
    allowHalfOpen: true,
    pauseOnCreate: true,
    highWaterMark: QUEUE_MARK_BYTES,
    onread: {
      buffer,
      callback(byteCount: number) {
        take(buffer, byteCount);
        return true;
      },
    },
  };
  const socket = new Socket(options);
  // Its server counts the one that it accepted.
  socket.once('close', () => accepted.destroy());
  return socket;
}
