// Samples of 16, 32 and 64 bits as bytes in either order, whatever the order of the machine and wherever
// the bytes begin.
//
// Written as loops over bytes, because a view of the same memory would be an object for every block, unless
// the block is an array, or the start of one, that comes again and again (the two classes below). The byte at
// place p of a little-endian sample is at p ^ (width - 1) of a big-endian one.

/** Keeps a place in an array as it is; V8 then knows that sums with it cannot overflow. */
const PLACE = 0x3fffffff;

export const machineIsBigEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

/** The memory of whole arrays as bytes; makes an object only for an array that is new to it. */
export class BytesOfSamples {
  #bytes = new WeakMap<Int16Array | Int32Array, Uint8Array>();

  of(samples: Int16Array | Int32Array): Uint8Array {
    const known = this.#bytes.get(samples);
    if (known) return known;
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    this.#bytes.set(samples, bytes);
    return bytes;
  }
}

/** How many lengths are remembered: streams come in blocks of few lengths. */
const MOST_STARTS = 16;

/** The memory of the first samples of an array as bytes; makes an object only for a length that is new to it. */
export class StartsOfSamples {
  #samples: Int16Array | Int32Array | undefined;
  #starts = new Map<number, Uint8Array>();

  of(samples: Int16Array | Int32Array, byteCount: number): Uint8Array {
    const known = this.#starts.get(byteCount);
    if (known && samples === this.#samples) return known;
    if (samples !== this.#samples || this.#starts.size === MOST_STARTS) this.#starts.clear();
    const start = new Uint8Array(samples.buffer, samples.byteOffset, byteCount);
    this.#samples = samples;
    this.#starts.set(byteCount, start);
    return start;
  }
}

export function read16(bytes: Uint8Array, output: Int16Array, bigEndian: boolean): number {
  const sampleCount = bytes.length >> 1;
  const low = bigEndian ? 1 : 0;
  const high = 1 - low;
  let i = 0;
  for (; i < sampleCount - 3; i = (i + 4) & PLACE) {
    const at = 2 * i;
    output[i] = (bytes[at + low] as number) | ((bytes[at + high] as number) << 8);
    output[i + 1] = (bytes[at + 2 + low] as number) | ((bytes[at + 2 + high] as number) << 8);
    output[i + 2] = (bytes[at + 4 + low] as number) | ((bytes[at + 4 + high] as number) << 8);
    output[i + 3] = (bytes[at + 6 + low] as number) | ((bytes[at + 6 + high] as number) << 8);
  }
  for (; i < sampleCount; i++) {
    output[i] = (bytes[2 * i + low] as number) | ((bytes[2 * i + high] as number) << 8);
  }
  return sampleCount;
}

export function write16(
  input: Int16Array,
  sampleCount: number,
  bytes: Uint8Array,
  bigEndian: boolean,
): number {
  const low = bigEndian ? 1 : 0;
  const high = 1 - low;
  let i = 0;
  for (; i < sampleCount - 3; i = (i + 4) & PLACE) {
    const at = 2 * i;
    const sample0 = input[i] as number;
    const sample1 = input[i + 1] as number;
    const sample2 = input[i + 2] as number;
    const sample3 = input[i + 3] as number;
    bytes[at + low] = sample0;
    bytes[at + high] = sample0 >> 8;
    bytes[at + 2 + low] = sample1;
    bytes[at + 2 + high] = sample1 >> 8;
    bytes[at + 4 + low] = sample2;
    bytes[at + 4 + high] = sample2 >> 8;
    bytes[at + 6 + low] = sample3;
    bytes[at + 6 + high] = sample3 >> 8;
  }
  for (; i < sampleCount; i++) {
    const sample = input[i] as number;
    bytes[2 * i + low] = sample;
    bytes[2 * i + high] = sample >> 8;
  }
  return 2 * sampleCount;
}

export function read32(bytes: Uint8Array, output: Int32Array, bigEndian: boolean): number {
  const sampleCount = bytes.length >> 2;
  const flip = bigEndian ? 3 : 0;
  for (let i = 0; i < sampleCount; i = (i + 1) & PLACE) {
    output[i] = wordAt(bytes, 4 * i, flip);
  }
  return sampleCount;
}

export function write32(
  input: Int32Array,
  sampleCount: number,
  bytes: Uint8Array,
  bigEndian: boolean,
): number {
  const flip = bigEndian ? 3 : 0;
  for (let i = 0; i < sampleCount; i = (i + 1) & PLACE) {
    putWord(input[i] as number, bytes, 4 * i, flip);
  }
  return 4 * sampleCount;
}

/** The 32 bits from `at`, a multiple of 4, on; they are big-endian where `flip` is 3. */
export function wordAt(bytes: Uint8Array, at: number, flip: 0 | 3): number {
  return (
    (bytes[at ^ flip] as number) |
    ((bytes[(at + 1) ^ flip] as number) << 8) |
    ((bytes[(at + 2) ^ flip] as number) << 16) |
    ((bytes[(at + 3) ^ flip] as number) << 24)
  );
}

export function putWord(word: number, bytes: Uint8Array, at: number, flip: 0 | 3): void {
  bytes[at ^ flip] = word;
  bytes[(at + 1) ^ flip] = word >> 8;
  bytes[(at + 2) ^ flip] = word >> 16;
  bytes[(at + 3) ^ flip] = word >> 24;
}

/**
 * Copies all of `input`, samples of `bytesPerSample` bytes (a power of 2), and turns each one round if
 * `reverse` is set.
 */
export function copySamples(
  input: Uint8Array,
  output: Uint8Array,
  bytesPerSample: number,
  reverse: boolean,
): void {
  if (!reverse) {
    output.set(input);
    return;
  }
  const flip = bytesPerSample - 1;
  for (let i = 0; i < input.length; i = (i + 1) & PLACE) output[i ^ flip] = input[i] as number;
}
