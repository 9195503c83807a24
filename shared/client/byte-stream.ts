// What carries a connection: a duplex stream of bytes, reduced to three methods so that a socket, a
// WebSocket and a pair in memory all fit.

/** Who reads a stream, and learns what becomes of it. */
export interface ByteReceiver {
  /** Bytes arrived, in any split. They belong to the receiver: nobody writes to them again. */
  bytes(chunk: Uint8Array<ArrayBuffer>): void;
  /** There is room again, after `write` gave false. */
  drained(): void;
  /** The last call: nothing arrives or leaves any more. An error when it was not a plain end. */
  closed(error?: Error): void;
}

export interface ByteStream {
  /** Called once, before anything else. The stream holds bytes that arrive earlier. */
  receive(receiver: ByteReceiver): void;
  /**
   * Takes all of the bytes, which never change again. False asks the writer to wait for `drained`:
   * bytes that it writes before are taken too, but only memory holds them.
   */
  write(bytes: Uint8Array<ArrayBuffer>): boolean;
  /** Sends what was written and ends. Calling it again, or after the end, does nothing. */
  close(): void;
}
