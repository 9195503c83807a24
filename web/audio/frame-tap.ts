// Tells of the sound of frames, with the silence between them that is never sent, so that who records it
// gets what a device played, in time.
import { advance, difference } from '#shared/audio/time';
import type { DeviceTime } from '#shared/protocol/ids';
import type { FrameHeader } from '#shared/relay/frame';
import type { End } from './face.ts';
import { Listeners } from './listeners.ts';

type FrameListener = (samples: Int16Array, channelCount: number, rateHz: number) => void;

/** A longer silence, or time that goes back, is a gateway that began anew. */
const MAX_SILENCE_SECONDS = 3_600;
/** Silence is told in pieces. */
const PIECE_SECONDS = 1;

export class FrameTap {
  readonly #listeners = new Listeners<Parameters<FrameListener>>();
  #endTime: DeviceTime | undefined;

  add(listener: FrameListener): End {
    // A recording begins with the first sound.
    if (this.#listeners.isEmpty) this.#endTime = undefined;
    return this.#listeners.add(listener);
  }

  tell(
    { startTime, frameCount, channelCount }: FrameHeader,
    samples: Int16Array,
    rateHz: number,
  ): void {
    if (this.#listeners.isEmpty) return;
    const silentFrames = this.#endTime === undefined ? 0 : difference(startTime, this.#endTime);
    if (silentFrames <= MAX_SILENCE_SECONDS * rateHz) {
      this.#tellSilence(silentFrames, channelCount, rateHz);
    }
    this.#endTime = advance(startTime, frameCount);
    this.#listeners.tell(samples.slice(), channelCount, rateHz);
  }

  #tellSilence(frameCount: number, channelCount: number, rateHz: number): void {
    const pieceFrames = PIECE_SECONDS * rateHz;
    for (let left = frameCount; left > 0; left -= pieceFrames) {
      const samples = new Int16Array(Math.min(left, pieceFrames) * channelCount);
      this.#listeners.tell(samples, channelCount, rateHz);
    }
  }
}
