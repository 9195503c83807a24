// Turns bytes that arrive in any split into frames that lie in one piece.
//
// A frame that arrived whole is looked at where it lies; only one that straddles two chunks is copied,
// once, into a buffer that grows with the bytes that are really there, never with what a header claims.
import { Cursor } from './cursor.ts';

const FIRST_PARTIAL_BYTES = 256;

const NO_BYTES = new Uint8Array(0);

export class FrameBuffer {
  /** Looks at the frame that `take` found. Valid until the next call of anything here. */
  readonly cursor = new Cursor();
  /** Where that frame starts in the cursor's bytes. */
  start = 0;
  #chunk = NO_BYTES;
  #chunkAt = 0;
  #chunkEnd = 0;
  #partial = NO_BYTES;
  #partialByteCount = 0;

  /**
   * The chunk belongs to the buffer until it is used up, which is when `take` gives false, or until `keep`.
   * Decoded views are plain Uint8Arrays even where the chunk is of a kind that slices without copying, as
   * Node's is.
   */
  push(chunk: Uint8Array<ArrayBuffer>, byteCount = chunk.length): void {
    if (this.#chunkAt < this.#chunkEnd) {
      throw new RangeError('the last chunk was not used up: take until there is nothing left');
    }
    this.#chunk = isPlain(chunk)
      ? chunk
      : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
    this.#chunkAt = 0;
    this.#chunkEnd = byteCount;
  }

  /** Copies what is left of the chunk, which may change from now on, as may the frame that was found. */
  keep(): void {
    if (this.#chunkAt === this.#chunkEnd) {
      this.#releaseConsumed();
      return;
    }
    this.#chunk = this.#chunk.slice(this.#chunkAt, this.#chunkEnd);
    this.#chunkAt = 0;
    this.#chunkEnd = this.#chunk.length;
    this.cursor.detach();
  }

  /** Whether the next `byteCount` bytes are all there; if so the cursor spans them. */
  take(byteCount: number): boolean {
    if (this.#partialByteCount === 0) {
      if (this.#chunkEnd - this.#chunkAt >= byteCount) {
        this.#span(this.#chunk, this.#chunkAt, byteCount);
        return true;
      }
      this.#releaseConsumed();
    }
    this.#fillPartial(byteCount);
    if (this.#partialByteCount < byteCount) return false;
    this.#span(this.#partial, 0, byteCount);
    return true;
  }

  /** Is done with the frame that `take` found. */
  consume(): void {
    const byteCount = this.cursor.end - this.start;
    if (this.#partialByteCount === 0) this.#chunkAt += byteCount;
    else {
      this.#partialByteCount = 0;
      this.#partial = NO_BYTES;
    }
  }

  /** Throws away up to `byteCount` bytes that have arrived; gives how many they were. */
  discard(byteCount: number): number {
    const fromPartial = Math.min(byteCount, this.#partialByteCount);
    this.#partial.copyWithin(0, fromPartial, this.#partialByteCount);
    this.#partialByteCount -= fromPartial;
    const fromChunk = Math.min(byteCount - fromPartial, this.#chunkEnd - this.#chunkAt);
    this.#chunkAt += fromChunk;
    this.#releaseConsumed();
    return fromPartial + fromChunk;
  }

  #span(bytes: Uint8Array<ArrayBuffer>, start: number, byteCount: number): void {
    this.cursor.attach(bytes);
    this.cursor.at = start;
    this.cursor.end = start + byteCount;
    this.start = start;
  }

  /** Lets go of memory that an idle connection would otherwise hold. */
  #releaseConsumed(): void {
    if (this.#chunkAt < this.#chunkEnd) return;
    this.#chunk = NO_BYTES;
    this.#chunkAt = 0;
    this.#chunkEnd = 0;
    this.cursor.detach();
  }

  #fillPartial(byteCount: number): void {
    const missing = byteCount - this.#partialByteCount;
    const count = Math.min(missing, this.#chunkEnd - this.#chunkAt);
    if (count <= 0) return;
    this.#growPartial(this.#partialByteCount + count, byteCount);
    const piece = this.#chunk.subarray(this.#chunkAt, this.#chunkAt + count);
    this.#partial.set(piece, this.#partialByteCount);
    this.#partialByteCount += count;
    this.#chunkAt += count;
    this.#releaseConsumed();
  }

  #growPartial(needed: number, atMost: number): void {
    if (this.#partial.length >= needed) return;
    const capacity = Math.min(
      atMost,
      Math.max(needed, 2 * this.#partial.length, FIRST_PARTIAL_BYTES),
    );
    const grown = new Uint8Array(Math.max(capacity, needed));
    grown.set(this.#partial.subarray(0, this.#partialByteCount));
    this.#partial = grown;
  }
}

function isPlain(bytes: Uint8Array): boolean {
  return Object.getPrototypeOf(bytes) === Uint8Array.prototype;
}
