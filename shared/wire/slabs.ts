// Memory in which messages are written before they leave, lent to one writer after the other: a piece of it for
// each burst would be garbage that keeps V8's collector marking (decision 0020).

export interface Slab {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
}

/** As much as a turn of a session writes at most, if its replies are a library's: ten records of 8 KiB. */
export const LENT_BYTES = 128 * 1024;

/** A session whose client reads returns what it was lent when its turn ends: two or three are on loan then. */
const MOST_SPARE = 4;

export function newSlab(byteCount: number): Slab {
  const bytes = new Uint8Array(byteCount);
  return { bytes, view: new DataView(bytes.buffer) };
}

export class Slabs {
  readonly #spare: Slab[] = [];

  /** LENT_BYTES of zeros. Whoever does not return them has taken them for good. */
  lend(): Slab {
    return this.#spare.pop() ?? newSlab(LENT_BYTES);
  }

  /** Takes one back in which only the first `usedByteCount` bytes were written; nobody may look at it from now on. */
  takeBack(slab: Slab, usedByteCount: number): void {
    if (this.#spare.length === MOST_SPARE) return;
    slab.bytes.fill(0, 0, usedByteCount);
    this.#spare.push(slab);
  }
}
