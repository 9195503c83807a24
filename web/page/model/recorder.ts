// Keeps what a device plays until it is saved. A silent device sends nothing, so that pauses are put back by
// the clock: a recording lasts as long as it took.
import { type SoundFormat, wavHeader } from './wav.ts';

/** Browsers keep this much in memory or on disk without trouble: 90 minutes of 48 kHz stereo. */
const MAX_BYTES = 2 ** 30;
/** Shorter gaps are the network's doing, and not the player's. */
const SHORTEST_PAUSE_MS = 300;
/** Longer pauses are written in pieces. */
const PIECE_FRAMES = 48_000;

export interface Recorder {
  readonly seconds: number;
  readonly byteCount: number;
  /** Nothing more can be added. */
  readonly isFull: boolean;
  /** Samples that reached the page at `atMs`; of another format than the first they are left out. */
  add(samples: Int16Array, format: SoundFormat, atMs: number): void;
  /** Undefined while nothing has been played. The parts of a WAV file, in order. */
  parts(): ArrayBufferView<ArrayBuffer>[] | undefined;
}

export function createRecorder(startMs: number): Recorder {
  const chunks: Int16Array<ArrayBuffer>[] = [];
  let format: SoundFormat | undefined;
  let frameCount = 0;
  let byteCount = 0;

  const secondsRecorded = () => (format ? frameCount / format.rateHz : 0);

  function push(chunk: Int16Array<ArrayBuffer>, channelCount: number): void {
    chunks.push(chunk);
    byteCount += chunk.byteLength;
    frameCount += chunk.length / channelCount;
  }

  function addPause(pauseMs: number, { rateHz, channelCount }: SoundFormat): void {
    let left = Math.round((pauseMs / 1_000) * rateHz);
    while (left > 0 && byteCount < MAX_BYTES) {
      const count = Math.min(left, PIECE_FRAMES);
      push(new Int16Array(count * channelCount), channelCount);
      left -= count;
    }
  }

  return {
    get seconds() {
      return secondsRecorded();
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
      const pauseMs = atMs - startMs - ownMs - secondsRecorded() * 1_000;
      if (pauseMs >= SHORTEST_PAUSE_MS) addPause(pauseMs, format);
      push(new Int16Array(samples), channelCount);
    },
    parts() {
      return format && [wavHeader(format, byteCount), ...chunks];
    },
  };
}
