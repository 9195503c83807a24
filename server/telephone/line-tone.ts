// Tones that a device hears from its telephone line. They are written a little ahead of the device's time, so that
// late timers leave no mark, and taken back from now on when they end.
import type { Device, Timers } from '#server/devices/face';
import { WrittenSound } from '#server/devices/index';
import { spreadMono } from '#shared/audio/channels';
import { createToneGenerator, type ToneGenerator, type ToneSegment } from '#shared/audio/tone';

const AHEAD_MS = 400;
const WRITE_EVERY_MS = 200;
/** Of each segment, and of a tone that is ended. */
const RAMP_MS = 3;
/** A timer that comes later than this lets a gap be. */
const MAX_LATE_MS = 1_000;

export class LineTone {
  readonly #device: Device;
  readonly #timers: Timers;
  readonly #written: WrittenSound;
  readonly #removeSource: () => void;
  readonly #mono: Int16Array;
  readonly #samples: Int16Array;
  #generator: ToneGenerator | undefined;
  #writeFrame = 0;
  #cancelTimer = () => {};

  constructor(device: Device, timers: Timers) {
    const aheadFrames = Math.ceil((device.rateHz * AHEAD_MS) / 1_000);
    const { channelCount } = device;
    const source = device.addSource();
    this.#device = device;
    this.#timers = timers;
    this.#removeSource = () => source.remove();
    this.#written = new WrittenSound({ source, channelCount, capacityFrames: aheadFrames + 1 });
    this.#mono = new Int16Array(aheadFrames);
    this.#samples = new Int16Array(aheadFrames * channelCount);
  }

  /** Begins at once, in the place of what was sounding, and repeats until it is stopped. */
  play(segments: readonly ToneSegment[]): void {
    this.stop();
    const { rateHz } = this.#device;
    this.#generator = createToneGenerator({ rateHz, segments, repeat: true, rampMs: RAMP_MS });
    this.#writeFrame = this.#device.nowFrame() + 1;
    this.#write(this.#generator);
  }

  stop(): void {
    if (this.#generator === undefined) return;
    this.#generator = undefined;
    this.#cancelTimer();
    this.#written.fadeOut(this.#device.nowFrame() + 1, this.#frames(RAMP_MS));
  }

  /** The device hears nothing more of it. */
  close(): void {
    this.stop();
    this.#removeSource();
  }

  #write(generator: ToneGenerator): void {
    const now = this.#device.nowFrame();
    if (now - this.#writeFrame > this.#frames(MAX_LATE_MS)) this.#writeFrame = now;
    const endFrame = now + this.#mono.length;
    while (this.#writeFrame < endFrame) {
      const frameCount = Math.min(this.#mono.length, endFrame - this.#writeFrame);
      generator.fill16(this.#mono, 0, frameCount);
      spreadMono(this.#mono, this.#samples, frameCount, this.#device.channelCount);
      this.#written.write(this.#writeFrame, this.#samples, frameCount);
      this.#writeFrame += frameCount;
    }
    this.#cancelTimer = this.#timers.after(WRITE_EVERY_MS, () => this.#write(generator));
  }

  #frames(durationMs: number): number {
    return Math.round((this.#device.rateHz * durationMs) / 1_000);
  }
}
