// The WebSockets of the package ws, mended in two places where a peer could do harm. They read nothing more once what
// they read made no sense: by itself ws reads on where more pieces have come meanwhile, in the middle of the frame that
// failed, and throws into the event loop. And a fragment that waits for the rest of its message holds only its own
// bytes: by itself ws keeps a view of all that came in the same read, which a peer can fill with pings.
import * as ws from 'ws';

/** What ws reads a WebSocket with: a stream that bytes are written to. Its types leave it out. */
interface Receiver {
  readonly errored: Error | null;
  /** The last fragment has come. */
  readonly _fin: boolean;
  readonly _fragments: Buffer[];
  _write(chunk: Buffer, encoding: BufferEncoding, taken: () => void): void;
  /** A fragment has come, or a message that is none of several. */
  dataMessage(taken: () => void): void;
}

const { prototype } = (ws as unknown as { Receiver: { prototype: Receiver } }).Receiver;
const take = prototype._write;
const takeFragment = prototype.dataMessage;

// A stream of Node's is handed all pieces that wait, one after the other, also when the first of them failed.
prototype._write = function takeUnlessFailed(chunk, encoding, taken) {
  if (this.errored === null) take.call(this, chunk, encoding, taken);
  else taken();
};

prototype.dataMessage = function takeOwnBytes(taken) {
  const fragments = this._fragments;
  const fragment = this._fin ? undefined : fragments.at(-1);
  if (fragment !== undefined && fragment.length < fragment.buffer.byteLength) {
    fragments[fragments.length - 1] = Buffer.from(new Uint8Array(fragment).buffer);
  }
  takeFragment.call(this, taken);
};

export { type WebSocket, WebSocketServer } from 'ws';
