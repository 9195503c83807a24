// Collects what goes out, so that many messages leave in one write.
import { LENT_BYTES, newSlab, type Slab, type Slabs } from './slabs.ts';

const SLAB_BYTES = 2_048;

const NO_SLAB = newSlab(0);

/** Where bytes go; gives whether they are the writer's again. Otherwise they must never change. */
interface Taker {
  write(bytes: Uint8Array<ArrayBuffer>): boolean;
}

/** Written bytes belong to the writer until `take`, and then to whoever took them: they never change again. */
export class Writer {
  readonly littleEndian: boolean;
  readonly #slabs: Slabs | undefined;
  #slab = NO_SLAB;
  #start = 0;
  #end = 0;

  /** With `slabs` it has memory only from its first message until that is taken. */
  constructor(littleEndian: boolean, slabs?: Slabs) {
    this.littleEndian = littleEndian;
    this.#slabs = slabs;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#slab.bytes;
  }

  get view(): DataView<ArrayBuffer> {
    return this.#slab.view;
  }

  /** How many bytes wait to be taken. */
  get byteCount(): number {
    return this.#end - this.#start;
  }

  /** Makes room for a message; the bytes are zero. Gives where it starts in `bytes` and `view`. */
  reserve(byteCount: number): number {
    if (this.#slab.bytes.length - this.#end < byteCount) this.#grow(byteCount);
    const at = this.#end;
    this.#end += byteCount;
    return at;
  }

  /** Takes back the message that was reserved last, at `start`. */
  withdraw(start: number): void {
    this.#slab.bytes.fill(0, start, this.#end);
    this.#end = start;
  }

  append(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.#slab.bytes.set(bytes, at);
  }

  /**
   * All that was written since the last call; undefined when that is nothing. What a burst needed is not
   * held for the next one.
   */
  take(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#end === this.#start) return undefined;
    const taken = this.#slab.bytes.subarray(this.#start, this.#end);
    if (this.#isLent || this.#slab.bytes.length > SLAB_BYTES) this.#use(NO_SLAB, 0);
    else this.#start = this.#end;
    return taken;
  }

  /** Gives to the taker what `take` would give; memory of which it is done serves the next message. */
  flushTo(taker: Taker): void {
    const lent = this.#isLent ? this.#slab : undefined;
    const end = this.#end;
    const bytes = this.take();
    if (bytes && taker.write(bytes) && lent) this.#slabs?.takeBack(lent, end);
  }

  /** Memory of its own has another length. */
  get #isLent(): boolean {
    return this.#slabs !== undefined && this.#slab.bytes.length === LENT_BYTES;
  }

  #grow(byteCount: number): void {
    const before = this.#slab;
    const waiting = before.bytes.subarray(this.#start, this.#end);
    const needed = waiting.length + byteCount;
    const slab =
      this.#slabs && needed <= LENT_BYTES ? this.#slabs.lend() : ownSlab(waiting.length, needed);
    slab.bytes.set(waiting);
    if (this.#isLent) this.#slabs?.takeBack(before, this.#end);
    this.#use(slab, waiting.length);
  }

  #use(slab: Slab, waitingByteCount: number): void {
    this.#slab = slab;
    this.#start = 0;
    this.#end = waitingByteCount;
  }
}

/** Twice what is needed where more is likely to come. */
function ownSlab(waitingByteCount: number, needed: number): Slab {
  return newSlab(Math.max(SLAB_BYTES, waitingByteCount > 0 ? 2 * needed : needed));
}
