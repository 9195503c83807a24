// The ring in shared memory. Counters only grow, modulo 2^32; the writer stores its own after the data that
// they count, the reader after it has read, and that order (Atomics) is all the agreement there is.
// No garbage is made on either side of the queue.
import type { RingReader, RingShape, RingWriter } from './ring-buffer-face.ts';
import {
  BLOCKS,
  BlockReader,
  FLAGS,
  FRAME_COUNT,
  HEAD_FIELDS,
  START_MS,
} from './ring-buffer-reader.ts';

const WRITTEN_FRAMES = 0;
const READ_FRAMES = 1;
const WRITTEN_BLOCKS = 2;
const READ_BLOCKS = 3;
const COUNTERS = 4;
const COUNTER_BYTES = COUNTERS * Int32Array.BYTES_PER_ELEMENT;
const HEAD_BYTES = BLOCKS * HEAD_FIELDS * Float64Array.BYTES_PER_ELEMENT;

interface Views {
  readonly counters: Int32Array;
  readonly heads: Float64Array;
  readonly samples: Float32Array;
}

export function createSharedRing({ channelCount, capacityFrames }: RingShape): SharedArrayBuffer {
  if (!Number.isInteger(Math.log2(capacityFrames))) {
    throw new RangeError(`A ring of ${capacityFrames} frames: it takes a power of two.`);
  }
  const sampleBytes = capacityFrames * channelCount * Float32Array.BYTES_PER_ELEMENT;
  return new SharedArrayBuffer(COUNTER_BYTES + HEAD_BYTES + sampleBytes);
}

function viewsOf(memory: SharedArrayBuffer): Views {
  return {
    counters: new Int32Array(memory, 0, COUNTERS),
    heads: new Float64Array(memory, COUNTER_BYTES, BLOCKS * HEAD_FIELDS),
    samples: new Float32Array(memory, COUNTER_BYTES + HEAD_BYTES),
  };
}

export function sharedRingWriter(
  memory: SharedArrayBuffer,
  { channelCount, capacityFrames }: RingShape,
): RingWriter {
  const { counters, heads, samples: ring } = viewsOf(memory);
  return {
    write(samples, frameCount, flags, startMs) {
      const writtenFrames = Atomics.load(counters, WRITTEN_FRAMES);
      const writtenBlocks = Atomics.load(counters, WRITTEN_BLOCKS);
      const waitingFrames = (writtenFrames - Atomics.load(counters, READ_FRAMES)) | 0;
      const waitingBlocks = (writtenBlocks - Atomics.load(counters, READ_BLOCKS)) | 0;
      if (waitingFrames + frameCount > capacityFrames || waitingBlocks >= BLOCKS) return false;
      const ringSamples = capacityFrames * channelCount;
      let to = (writtenFrames & (capacityFrames - 1)) * channelCount;
      for (let i = 0; i < frameCount * channelCount; i++) {
        ring[to++] = samples[i] as number;
        if (to === ringSamples) to = 0;
      }
      const head = (writtenBlocks & (BLOCKS - 1)) * HEAD_FIELDS;
      heads[head + FRAME_COUNT] = frameCount;
      heads[head + FLAGS] = flags;
      heads[head + START_MS] = startMs;
      Atomics.store(counters, WRITTEN_FRAMES, (writtenFrames + frameCount) | 0);
      // Last: a block that is counted is there with all of its frames.
      Atomics.store(counters, WRITTEN_BLOCKS, (writtenBlocks + 1) | 0);
      return true;
    },
  };
}

export function sharedRingReader(
  memory: SharedArrayBuffer,
  shape: RingShape,
  rateHz: number,
): RingReader {
  return new SharedRingReader(memory, shape, rateHz);
}

class SharedRingReader extends BlockReader {
  readonly #views: Views;
  readonly #channelCount: number;
  readonly #capacityFrames: number;
  #readFrames = 0;

  constructor(memory: SharedArrayBuffer, shape: RingShape, rateHz: number) {
    super(rateHz);
    this.#views = viewsOf(memory);
    this.#channelCount = shape.channelCount;
    this.#capacityFrames = shape.capacityFrames;
  }

  recycle(): void {}

  protected writtenBlocks(): number {
    return Atomics.load(this.#views.counters, WRITTEN_BLOCKS);
  }

  protected field(block: number, field: number): number {
    return this.#views.heads[(block & (BLOCKS - 1)) * HEAD_FIELDS + field] as number;
  }

  /** Frames lie in the order in which they are read, so the block and its frame say nothing here. */
  protected copy(
    _block: number,
    _fromFrame: number,
    frameCount: number,
    output: Float32Array,
    toFrame: number,
  ): void {
    const ring = this.#views.samples;
    const ringSamples = this.#capacityFrames * this.#channelCount;
    let from = (this.#readFrames & (this.#capacityFrames - 1)) * this.#channelCount;
    let to = toFrame * this.#channelCount;
    for (let left = frameCount * this.#channelCount; left > 0; left--) {
      output[to++] = ring[from++] as number;
      if (from === ringSamples) from = 0;
    }
  }

  protected passed(nextBlock: number, frameCount: number): void {
    this.#readFrames = (this.#readFrames + frameCount) | 0;
    Atomics.store(this.#views.counters, READ_BLOCKS, nextBlock);
    Atomics.store(this.#views.counters, READ_FRAMES, this.#readFrames);
  }
}
