// Records what a device plays at the pace at which it is played. A silent device sends nothing, so that pauses
// are put back by the clock: a recording lasts as long as it took.
import type { Recorder } from '../../audio/recorder.ts';

/** Browsers keep this much in memory or on disk without trouble: 90 minutes of 48 kHz stereo. */
const MAX_BYTES = 2 ** 30;
const BYTES_PER_SAMPLE = 2;
/** Shorter gaps are the network's doing, and not the player's. */
const SHORTEST_PAUSE_MS = 300;
/** Longer pauses are written in pieces. */
const PIECE_FRAMES = 48_000;

export interface SoundFormat {
  readonly rateHz: number;
  readonly channelCount: number;
}

export interface PacedRecorder {
  readonly seconds: number;
  readonly byteCount: number;
  /** Nothing more can be added. */
  readonly isFull: boolean;
  /** Samples that reached the page at `atMs`; of another format than the first they are left out. */
  add(samples: Int16Array, format: SoundFormat, atMs: number): void;
}

export function createPacedRecorder(recorder: Recorder, startMs: number): PacedRecorder {
  let format: SoundFormat | undefined;
  let byteCount = 0;

  function take(samples: Int16Array, { rateHz, channelCount }: SoundFormat): void {
    recorder.take(samples, channelCount, rateHz);
    byteCount += samples.length * BYTES_PER_SAMPLE;
  }

  function addPause(pauseMs: number, to: SoundFormat): void {
    let left = Math.round((pauseMs / 1_000) * to.rateHz);
    while (left > 0 && byteCount < MAX_BYTES) {
      const frameCount = Math.min(left, PIECE_FRAMES);
      take(new Int16Array(frameCount * to.channelCount), to);
      left -= frameCount;
    }
  }

  return {
    get seconds() {
      return recorder.seconds;
    },
    get byteCount() {
      return byteCount;
    },
    get isFull() {
      return byteCount >= MAX_BYTES;
    },
    add(samples, added, atMs) {
      format ??= added;
      const { rateHz, channelCount } = format;
      if (added.rateHz !== rateHz || added.channelCount !== channelCount) return;
      if (byteCount >= MAX_BYTES) return;
      const ownMs = (samples.length / channelCount / rateHz) * 1_000;
      const pauseMs = atMs - startMs - ownMs - recorder.seconds * 1_000;
      if (pauseMs >= SHORTEST_PAUSE_MS) addPause(pauseMs, format);
      take(samples, format);
    },
  };
}
