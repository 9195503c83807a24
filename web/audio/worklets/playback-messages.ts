// What the page and the playback worklet say to each other, beside the ring buffer.
import type { RingShape, RingSource } from '../ring-buffer.ts';

export const PLAYBACK_PROCESSOR = 'audiofile-playback';

/** Handed to the processor when it is made. */
export interface PlaybackSetup {
  readonly shape: RingShape;
  readonly rateHz: number;
  readonly frameMs: number;
  readonly correctsDrift: boolean;
}

export type PlaybackCommand =
  /** The first: where the sound comes from. Ports can only be handed over in a message. */
  | { readonly type: 'open'; readonly source: RingSource }
  | { readonly type: 'volume'; readonly volume: number }
  /** What is computed and told only while somebody wants it. */
  | {
      readonly type: 'taps';
      readonly level: boolean;
      readonly samples: boolean;
      readonly played: boolean;
    }
  /**
   * Plays each frame when the context's clock shows the sender's plus this; undefined goes back to playing
   * as early as the network allows.
   */
  | { readonly type: 'sync'; readonly offsetMs: number | undefined }
  | { readonly type: 'stop' };

/** Priming gathers sound before the first of it is heard. */
export type PlaybackPhase = 'silent' | 'priming' | 'playing';

export type PlaybackMessage =
  | { readonly type: 'phase'; readonly phase: PlaybackPhase }
  | {
      readonly type: 'report';
      readonly bufferedMs: number;
      readonly targetMs: number;
      readonly underrunCount: number;
      readonly driftPpm: number;
    }
  | { readonly type: 'level'; readonly peak: number; readonly rms: number }
  | { readonly type: 'samples'; readonly samples: Float32Array }
  /** Exactly what left the processor, interleaved, from the context's frame on. */
  | { readonly type: 'played'; readonly samples: Float32Array; readonly startFrame: number };
