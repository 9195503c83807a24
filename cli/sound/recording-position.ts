// How far a recording has come, on the clock of a server that may be another one in the middle of it.
import { advance, difference } from '#shared/audio/time';
import type { Context, DeviceTime } from '#shared/client/index';
import { isSameClock, type Moment } from './asked-time.ts';
import type { RecordedBlock } from './recorder.ts';

export class RecordingPosition {
  /** Recorded so far, or passed over because nobody could hear it. */
  doneFrames = 0;
  readonly rateHz: number;
  /** Of the first frame, on the present server's clock. */
  #startTime: DeviceTime;
  #latest: Moment;

  /** `now` is the device's time at this moment. */
  constructor(rateHz: number, startTime: DeviceTime, now: DeviceTime) {
    this.rateHz = rateHz;
    this.#startTime = startTime;
    this.#latest = { time: now, atMs: performance.now() };
  }

  get nextTime(): DeviceTime {
    return advance(this.#startTime, this.doneFrames);
  }

  add({ frameCount, deviceTime }: RecordedBlock): void {
    this.doneFrames += frameCount;
    this.#latest = { time: deviceTime, atMs: performance.now() };
  }

  /**
   * Goes on where the server that was lost is back, or another one in its place. Gives how many frames
   * nobody heard meanwhile: none where it is the same one, whose devices remember some seconds.
   */
  async resume(audio: Context): Promise<number> {
    const now = await audio.getTime();
    const atMs = performance.now();
    if (isSameClock(this.#latest, { time: now, atMs }, this.rateHz)) return 0;
    const passedFrames = Math.round(((atMs - this.#latest.atMs) / 1_000) * this.rateHz);
    const dueFrames = difference(this.#latest.time, this.nextTime) + passedFrames;
    const missedFrames = Math.max(0, dueFrames);
    this.doneFrames += missedFrames;
    // A start that lies in the future stays as far away.
    const aheadFrames = missedFrames - dueFrames;
    this.#startTime = advance(now, aheadFrames - this.doneFrames);
    this.#latest = { time: now, atMs };
    return missedFrames;
  }
}
