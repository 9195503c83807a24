// A place in bytes: what decoders read from. One cursor serves many messages; it owns no bytes.

export class Cursor {
  bytes = new Uint8Array(0);
  view = new DataView(this.bytes.buffer);
  /** Where the next field starts. */
  at = 0;
  /** Where the message ends. */
  end = 0;
  littleEndian = true;

  /** Looks at other bytes. Messages that are decoded from them keep views into them. */
  attach(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes === this.bytes) return;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
