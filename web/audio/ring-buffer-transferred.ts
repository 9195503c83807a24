// The ring without shared memory: each block is a buffer that is transferred to the reader and comes back
// empty, so that after the first second the same buffers go round. What a message allocates is allocated
// when it arrives or when buffers go back, never while the reader reads.
import type { RingReader, RingShape, RingWriter } from './ring-buffer-face.ts';
import {
  BLOCKS,
  BlockReader,
  FLAGS,
  FRAME_COUNT,
  HEAD_FIELDS,
  START_MS,
} from './ring-buffer-reader.ts';

const HEAD_BYTES = HEAD_FIELDS * Float64Array.BYTES_PER_ELEMENT;

/** The part of a MessagePort that is used: one end sends blocks, the other gives them back in lists. */
export interface RingPort {
  postMessage(message: ArrayBuffer | ArrayBuffer[], transfer: ArrayBuffer[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

interface Block {
  readonly buffer: ArrayBuffer;
  readonly head: Float64Array;
  readonly samples: Float32Array;
}

function blockOf(buffer: ArrayBuffer): Block {
  const head = new Float64Array(buffer, 0, HEAD_FIELDS);
  return { buffer, head, samples: new Float32Array(buffer, HEAD_BYTES) };
}

export function transferredRingWriter(
  port: RingPort,
  { channelCount, capacityFrames }: RingShape,
): RingWriter {
  const pool: ArrayBuffer[] = [];
  let waitingFrames = 0;
  let waitingBlocks = 0;
  port.onmessage = ({ data }: MessageEvent<ArrayBuffer[]>) => {
    for (const buffer of data) {
      waitingFrames -= blockOf(buffer).head[FRAME_COUNT] as number;
      waitingBlocks -= 1;
      pool.push(buffer);
    }
  };

  /** One that came back, unless it is too short. */
  function takeBuffer(byteCount: number): ArrayBuffer {
    const used = pool.pop();
    return used && used.byteLength >= byteCount ? used : new ArrayBuffer(byteCount);
  }

  return {
    write(samples, frameCount, flags, startMs) {
      if (waitingFrames + frameCount > capacityFrames || waitingBlocks >= BLOCKS) return false;
      const sampleCount = frameCount * channelCount;
      const buffer = takeBuffer(HEAD_BYTES + sampleCount * Float32Array.BYTES_PER_ELEMENT);
      const block = blockOf(buffer);
      block.head[FRAME_COUNT] = frameCount;
      block.head[FLAGS] = flags;
      block.head[START_MS] = startMs;
      block.samples.set(samples.subarray(0, sampleCount));
      waitingFrames += frameCount;
      waitingBlocks += 1;
      port.postMessage(buffer, [buffer]);
      return true;
    },
  };
}

export function transferredRingReader(
  port: RingPort,
  { channelCount }: RingShape,
  rateHz: number,
): RingReader {
  return new TransferredRingReader(port, channelCount, rateHz);
}

const emptyBlock = blockOf(new ArrayBuffer(HEAD_BYTES));

class TransferredRingReader extends BlockReader {
  readonly #port: RingPort;
  readonly #channelCount: number;
  readonly #blocks = new Array<Block>(BLOCKS).fill(emptyBlock);
  #arrivedBlocks = 0;
  #nextBlock = 0;
  /** Up to here blocks went back to the writer. */
  #returnedBlocks = 0;

  constructor(port: RingPort, channelCount: number, rateHz: number) {
    super(rateHz);
    this.#port = port;
    this.#channelCount = channelCount;
    port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      this.recycle();
      this.#blocks[this.#arrivedBlocks & (BLOCKS - 1)] = blockOf(data);
      this.#arrivedBlocks = (this.#arrivedBlocks + 1) | 0;
    };
  }

  recycle(): void {
    if (this.#returnedBlocks === this.#nextBlock) return;
    const buffers: ArrayBuffer[] = [];
    while (this.#returnedBlocks !== this.#nextBlock) {
      buffers.push(this.#blockAt(this.#returnedBlocks).buffer);
      this.#returnedBlocks = (this.#returnedBlocks + 1) | 0;
    }
    this.#port.postMessage(buffers, buffers);
  }

  protected writtenBlocks(): number {
    return this.#arrivedBlocks;
  }

  protected field(block: number, field: number): number {
    return this.#blockAt(block).head[field] as number;
  }

  protected copy(
    block: number,
    fromFrame: number,
    frameCount: number,
    output: Float32Array,
    toFrame: number,
  ): void {
    const { samples } = this.#blockAt(block);
    let from = fromFrame * this.#channelCount;
    let to = toFrame * this.#channelCount;
    for (let left = frameCount * this.#channelCount; left > 0; left--) {
      output[to++] = samples[from++] as number;
    }
  }

  protected passed(nextBlock: number): void {
    this.#nextBlock = nextBlock;
  }

  #blockAt(block: number): Block {
    return this.#blocks[block & (BLOCKS - 1)] as Block;
  }
}
