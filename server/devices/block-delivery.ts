// Hands on what an interface plays, a block at a time, as it is played. Blocks lie on a grid of fixed
// length; a timer runs only while somebody listens and there is sound ahead.
import type { Timers } from './face.ts';
import type { FrameClock } from './frame-clock.ts';

/** Those who listen to one device. Must not throw. */
export interface Audience {
  /** Frames without which they can do nothing, unless silence comes before. */
  readonly wantedFrames: number;
  played(startFrame: number, frameCount: number): void;
  /** Follows the last block of a sound, after a whole block in which nothing was written. */
  fellSilent(): void;
}

export interface BlockDeliveryOptions {
  readonly clock: FrameClock;
  readonly timers: Timers;
  readonly blockFrames: number;
  /** How far ahead sound may be written, and how late a block may be handed on. */
  readonly windowFrames: number;
}

const NOTHING = () => {};

/**
 * A block is handed on when all of it is past, so that nobody can change it any more; several at once where
 * everybody waits for several, so that nothing wakes for one alone. Blocks come in order and without loss,
 * also after a late timer, unless it is later than the window; then those that are past are left out.
 */
export class BlockDelivery {
  readonly #clock: FrameClock;
  readonly #timers: Timers;
  readonly #blockFrames: number;
  readonly #windowBlocks: number;
  /** Numbers of the blocks in which something was written, each in the slot of its number. */
  readonly #soundBlocks: Float64Array;
  readonly #audiences = new Set<Audience>();
  #lastSoundBlock = -1;
  #nextBlock = 0;
  /** The last block that was looked at had sound. */
  #isSounding = false;
  #isDelivering = false;
  #aimedBlock: number | undefined;
  #cancelTimer = NOTHING;
  readonly #timeCame = () => {
    this.#cancelTimer = NOTHING;
    this.#deliver();
  };

  constructor({ clock, timers, blockFrames, windowFrames }: BlockDeliveryOptions) {
    this.#clock = clock;
    this.#timers = timers;
    this.#blockFrames = blockFrames;
    this.#windowBlocks = Math.ceil(windowFrames / blockFrames);
    this.#soundBlocks = new Float64Array(2 * this.#windowBlocks + 2).fill(-1);
  }

  /** Says that something was written there, now or later than now. */
  soundAt(startFrame: number, frameCount: number): void {
    if (frameCount === 0) return;
    const first = Math.floor(startFrame / this.#blockFrames);
    const last = Math.floor((startFrame + frameCount - 1) / this.#blockFrames);
    for (let block = first; block <= last; block++) {
      this.#soundBlocks[block % this.#soundBlocks.length] = block;
    }
    this.#lastSoundBlock = Math.max(this.#lastSoundBlock, last);
    if (this.#audiences.size === 0 || this.#isDelivering) return;
    if (this.#aimedBlock === undefined) this.#start();
    else if (first < this.#aimedBlock) {
      this.#nextBlock = first;
      this.#aim();
    }
  }

  /** Gives a function that ends it. */
  addAudience(audience: Audience): () => void {
    this.#audiences.add(audience);
    if (this.#aimedBlock === undefined && !this.#isDelivering) this.#start();
    return () => {
      this.#audiences.delete(audience);
      if (this.#audiences.size === 0) this.#stop();
    };
  }

  #hasSound(block: number): boolean {
    return this.#soundBlocks[block % this.#soundBlocks.length] === block;
  }

  #firstSoundFrom(block: number): number | undefined {
    for (let b = block; b <= this.#lastSoundBlock; b++) if (this.#hasSound(b)) return b;
    return undefined;
  }

  #pastBlocks(): number {
    return Math.floor(this.#clock.nowFrame() / this.#blockFrames);
  }

  #start(): void {
    this.#nextBlock = this.#pastBlocks();
    this.#aim();
  }

  #stop(): void {
    this.#cancelTimer();
    this.#aimedBlock = undefined;
    this.#isSounding = false;
  }

  /**
   * Sets the timer to the end of the block that must be looked at next: the one after a sound, or the
   * first with sound in it, or the last that is wanted together with it. Without any, the timer rests.
   */
  #aim(): void {
    this.#cancelTimer();
    this.#aimedBlock = this.#isSounding ? this.#nextBlock : this.#firstSoundFrom(this.#nextBlock);
    if (this.#aimedBlock === undefined) return;
    this.#nextBlock = this.#aimedBlock;
    const endFrame = (this.#lastWantedFrom(this.#aimedBlock) + 1) * this.#blockFrames;
    const delayMs = Math.max(0, this.#clock.msUntil(endFrame));
    this.#cancelTimer = this.#timers.after(delayMs, this.#timeCame);
  }

  /** Of the blocks from this one on: the last that somebody waits for, or the first without sound. */
  #lastWantedFrom(first: number): number {
    let wantedFrames = Number.POSITIVE_INFINITY;
    for (const audience of this.#audiences) {
      wantedFrames = Math.min(wantedFrames, audience.wantedFrames);
    }
    const last = first + Math.ceil(wantedFrames / this.#blockFrames) - 1;
    for (let block = first; block < last; block++) if (!this.#hasSound(block)) return block;
    return Math.max(first, last);
  }

  #deliver(): void {
    this.#isDelivering = true;
    const pastBlocks = this.#pastBlocks();
    if (pastBlocks - this.#nextBlock > this.#windowBlocks) this.#nextBlock = pastBlocks;
    while (this.#nextBlock < pastBlocks) {
      this.#handOn(this.#nextBlock);
      this.#nextBlock++;
    }
    this.#isDelivering = false;
    if (this.#audiences.size === 0) this.#stop();
    else this.#aim();
  }

  #handOn(block: number): void {
    const hasSound = this.#hasSound(block);
    for (const audience of this.#audiences) {
      if (hasSound) audience.played(block * this.#blockFrames, this.#blockFrames);
      else if (this.#isSounding) audience.fellSilent();
    }
    this.#isSounding = hasSound;
  }
}
