// The WebSockets of the package ws, which read nothing more once what they read made no sense. By itself ws reads
// on where more pieces have come meanwhile, in the middle of the frame that failed, and throws into the event loop.
import * as ws from 'ws';

/** What ws reads a WebSocket with: a stream that bytes are written to. Its types leave it out. */
interface Receiver {
  readonly errored: Error | null;
  _write(chunk: Buffer, encoding: BufferEncoding, taken: () => void): void;
}

const { prototype } = (ws as unknown as { Receiver: { prototype: Receiver } }).Receiver;
const take = prototype._write;

// A stream of Node's is handed all pieces that wait, one after the other, also when the first of them failed.
prototype._write = function takeUnlessFailed(chunk, encoding, taken) {
  if (this.errored === null) take.call(this, chunk, encoding, taken);
  else taken();
};

export { type WebSocket, WebSocketServer } from 'ws';
