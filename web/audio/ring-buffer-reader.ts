// The reading half that both makings of the ring share: which block is next, and what of it is left.
import { blockFlags, type RingReader } from './ring-buffer-face.ts';

/** Fields of a block's head. */
export const FRAME_COUNT = 0;
export const FLAGS = 1;
export const START_MS = 2;
export const HEAD_FIELDS = 3;

/** Blocks that may wait at once; a power of two. At 10 ms a block this is more than 5 s. */
export const BLOCKS = 512;

/** Blocks are numbered from 0, modulo 2^32. */
export abstract class BlockReader implements RingReader {
  readonly #framesPerMs: number;
  #nextBlock = 0;
  /** The end of what `refresh` learned of. */
  #endBlock = 0;
  /** Frames of the next block that were read already. */
  #doneFrames = 0;
  availableFrames = 0;
  newestEndMs = 0;
  newestFlags: number = blockFlags.endOfSound;

  constructor(rateHz: number) {
    this.#framesPerMs = rateHz / 1000;
  }

  /** Blocks written so far. */
  protected abstract writtenBlocks(): number;
  /** A field of the head of a block that waits. */
  protected abstract field(block: number, field: number): number;
  /** Copies frames of a block from its frame `fromFrame` on. */
  protected abstract copy(
    block: number,
    fromFrame: number,
    frameCount: number,
    output: Float32Array,
    toFrame: number,
  ): void;
  /** All before `nextBlock`, and `frameCount` frames more than last time, are free to be written to. */
  protected abstract passed(nextBlock: number, frameCount: number): void;
  abstract recycle(): void;

  refresh(): void {
    const writtenBlocks = this.writtenBlocks();
    while (this.#endBlock !== writtenBlocks) {
      const frameCount = this.field(this.#endBlock, FRAME_COUNT);
      this.availableFrames += frameCount;
      this.newestFlags = this.field(this.#endBlock, FLAGS);
      this.newestEndMs = this.field(this.#endBlock, START_MS) + frameCount / this.#framesPerMs;
      this.#endBlock = (this.#endBlock + 1) | 0;
    }
    this.#pass(0);
  }

  get headFlags(): number {
    return this.#isEmpty ? 0 : this.field(this.#nextBlock, FLAGS);
  }

  get headFrames(): number {
    return this.#isEmpty ? 0 : this.field(this.#nextBlock, FRAME_COUNT) - this.#doneFrames;
  }

  get headMs(): number {
    if (this.#isEmpty) return 0;
    return this.field(this.#nextBlock, START_MS) + this.#doneFrames / this.#framesPerMs;
  }

  get isAtHead(): boolean {
    return this.#doneFrames === 0;
  }

  framesToBreak(limitFrames: number): number {
    let frames = this.headFrames;
    let block = (this.#nextBlock + 1) | 0;
    while (frames < limitFrames && frames < this.availableFrames) {
      if ((this.field(block, FLAGS) & blockFlags.discontinuity) !== 0) break;
      frames += this.field(block, FRAME_COUNT);
      block = (block + 1) | 0;
    }
    return frames;
  }

  read(output: Float32Array, toFrame: number, limitFrames: number): number {
    const frameCount = Math.min(limitFrames, this.headFrames);
    if (frameCount > 0) {
      this.copy(this.#nextBlock, this.#doneFrames, frameCount, output, toFrame);
      this.#pass(frameCount);
    }
    return frameCount;
  }

  skip(limitFrames: number): number {
    const frameCount = Math.min(limitFrames, this.headFrames);
    this.#pass(frameCount);
    return frameCount;
  }

  get #isEmpty(): boolean {
    return this.#nextBlock === this.#endBlock;
  }

  /** Also passes blocks of which nothing is left, and such as never had a frame. */
  #pass(frameCount: number): void {
    const before = this.#nextBlock;
    this.#doneFrames += frameCount;
    this.availableFrames -= frameCount;
    while (!this.#isEmpty && this.headFrames === 0) {
      this.#doneFrames = 0;
      this.#nextBlock = (this.#nextBlock + 1) | 0;
    }
    if (frameCount > 0 || before !== this.#nextBlock) this.passed(this.#nextBlock, frameCount);
  }
}
