// Accepted sockets, all read into one buffer. Node makes a buffer of 64 KiB for each read of a socket that it
// accepted, and cuts it down to what came; so many of them keep its garbage collector busy (decision 0018).
import { Socket } from 'node:net';

/** A read takes as much at most; whoever is told of it has done with it before the next. */
const buffer = new Uint8Array(65_536);

type Take = (chunk: Uint8Array<ArrayBuffer>, byteCount: number) => void;

/** What of Node's inside must be known here: a socket's handle, and where `onread` is kept. */
interface Inner {
  readonly _handle?: { useUserBuffer?(buffer: Uint8Array): void } | null;
  [symbol: symbol]: unknown;
}

function innerSymbol(name: string): symbol | undefined {
  const symbols = Object.getOwnPropertySymbols(new Socket());
  return symbols.find(({ description }) => description === name);
}

const bufferSymbol = innerSymbol('kBuffer');
const callbackSymbol = innerSymbol('kBufferCb');

/**
 * From now on, what arrives goes to `take` and nowhere else. Nothing was read yet. Node offers `onread` only to
 * sockets that it connects, so it is given to this one from inside; where that is not to be had, as it may be
 * one day, the socket is read in the ordinary way.
 */
export function readInPlace(accepted: Socket, take: Take): void {
  const inner = accepted as unknown as Inner;
  const handle = inner._handle;
  if (!bufferSymbol || !callbackSymbol || typeof handle?.useUserBuffer !== 'function') {
    accepted.on('data', (chunk: Buffer<ArrayBuffer>) => take(chunk, chunk.length));
    return;
  }
  handle.useUserBuffer(buffer);
  inner[bufferSymbol] = buffer;
  inner[callbackSymbol] = (byteCount: number) => {
    take(buffer, byteCount);
    return true;
  };
}
