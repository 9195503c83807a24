// A place in bytes: what decoders read from. One cursor serves many messages; it owns no bytes.

const NO_BYTES = new Uint8Array(0);
const VIEW_OF_NO_BYTES = new DataView(NO_BYTES.buffer);

/** What any cursor looked at last, with its view: the next looks at it too where all read into one buffer. */
let lastBytes = NO_BYTES;
let lastView = VIEW_OF_NO_BYTES;

export class Cursor {
  bytes = NO_BYTES;
  view = VIEW_OF_NO_BYTES;
  /** Where the next field starts. */
  at = 0;
  /** Where the message ends. */
  end = 0;
  littleEndian = true;

  /** Looks at other bytes. Messages that are decoded from them keep views into them. */
  attach(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes === this.bytes) return;
    if (bytes !== lastBytes) {
      lastView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      lastBytes = bytes;
    }
    this.bytes = bytes;
    this.view = lastView;
  }

  /** Looks at nothing any more, so that it keeps no bytes alive. */
  detach(): void {
    this.bytes = NO_BYTES;
    this.view = VIEW_OF_NO_BYTES;
  }
}
