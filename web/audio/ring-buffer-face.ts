// What a ring buffer is to its writer and its reader, however it is made.
//
// Contract of both: one writer, one reader. A block is written whole or not at all; nothing that was not
// read is ever overwritten. Reading allocates nothing.

/** Bits of a block's flags. */
export const blockFlags = {
  /** Nothing connects to its first frame. */
  discontinuity: 1,
  /** Nothing comes after it until there is sound again. */
  endOfSound: 2,
  /** Silence that stands for sound which is missing; worth nothing to a reader who is silent anyway. */
  gap: 4,
} as const;

export interface RingShape {
  readonly channelCount: number;
  /** Frames that it holds; a power of two. */
  readonly capacityFrames: number;
}

export interface RingWriter {
  /** Takes a copy of the block, or, where it does not fit, returns false and takes nothing. */
  write(samples: Float32Array, frameCount: number, flags: number, startMs: number): boolean;
}

export interface RingReader {
  /** Learns of what was written meanwhile; until it is called again, everything below stands still. */
  refresh(): void;
  /** Frames that wait to be read. */
  readonly availableFrames: number;
  /** The sender's clock at the end of what was written last, and that block's flags: at first, the end. */
  readonly newestEndMs: number;
  readonly newestFlags: number;
  /** Of the block that is read next. Zero where nothing waits. */
  readonly headFlags: number;
  /** Frames of it that are still to be read, and the sender's clock at the first of them. */
  readonly headFrames: number;
  readonly headMs: number;
  /** Whether nothing of it was read yet. */
  readonly isAtHead: boolean;
  /**
   * Frames that follow without a break, at most about `limitFrames`: up to the next block (but not the
   * one that is read next) that is a discontinuity, or up to the end of what waits.
   */
  framesToBreak(limitFrames: number): number;
  /** Moves frames of the next block to `output` from frame `toFrame` on; returns how many. */
  read(output: Float32Array, toFrame: number, limitFrames: number): number;
  /** Passes over frames of the next block; returns how many. */
  skip(limitFrames: number): number;
  /** Gives back what was read, which may allocate: to be called now and then. */
  recycle(): void;
}

/** How the audio thread comes by its reader; goes through a structured clone. */
export type RingSource =
  | { readonly kind: 'shared'; readonly memory: SharedArrayBuffer }
  | { readonly kind: 'transferred'; readonly port: MessagePort };
