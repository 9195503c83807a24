// Collects what goes out, so that many messages leave in one write.

const SLAB_BYTES = 2_048;

const NOTHING = new Uint8Array(0);
const VIEW_OF_NOTHING = new DataView(NOTHING.buffer);

/** Written bytes belong to the writer until `take`, and then to whoever took them: they never change again. */
export class Writer {
  readonly littleEndian: boolean;
  #slab = NOTHING;
  #view = VIEW_OF_NOTHING;
  #start = 0;
  #end = 0;

  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#slab;
  }

  get view(): DataView<ArrayBuffer> {
    return this.#view;
  }

  /** How many bytes wait to be taken. */
  get byteCount(): number {
    return this.#end - this.#start;
  }

  /** Makes room for a message; the bytes are zero. Gives where it starts in `bytes` and `view`. */
  reserve(byteCount: number): number {
    if (this.#slab.length - this.#end < byteCount) this.#grow(byteCount);
    const at = this.#end;
    this.#end += byteCount;
    return at;
  }

  /** Takes back the message that was reserved last, at `start`. */
  withdraw(start: number): void {
    this.#slab.fill(0, start, this.#end);
    this.#end = start;
  }

  append(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.#slab.set(bytes, at);
  }

  /**
   * All that was written since the last call; undefined when that is nothing. What a burst needed is not
   * held for the next one.
   */
  take(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#end === this.#start) return undefined;
    const taken = this.#slab.subarray(this.#start, this.#end);
    if (this.#slab.length > SLAB_BYTES) this.#use(NOTHING, VIEW_OF_NOTHING, 0);
    else this.#start = this.#end;
    return taken;
  }

  #grow(byteCount: number): void {
    const waiting = this.#slab.subarray(this.#start, this.#end);
    const needed = waiting.length + byteCount;
    const slab = new Uint8Array(Math.max(SLAB_BYTES, waiting.length > 0 ? 2 * needed : needed));
    slab.set(waiting);
    this.#use(slab, new DataView(slab.buffer), waiting.length);
  }

  #use(slab: Uint8Array<ArrayBuffer>, view: DataView<ArrayBuffer>, waitingByteCount: number): void {
    this.#slab = slab;
    this.#view = view;
    this.#start = 0;
    this.#end = waitingByteCount;
  }
}
