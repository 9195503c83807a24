// A page's microphone on a clock of its own, which speaks into a device on fake time.

import type { VirtualDevice } from '#server/devices/index';
import { Speaker } from '#server/relay/speaker';
import { deviceTime } from '#shared/audio/time';
import type { Frame } from '#shared/relay/frame';
import type { FakeTime } from '#test/support/fake-time';

export interface FakeMicrophoneOptions {
  readonly device: VirtualDevice;
  readonly time: FakeTime;
  readonly rateHz: number;
  readonly channelCount?: number;
  readonly frameMs?: number;
  /** By how much the microphone's clock is fast. */
  readonly driftPpm?: number;
  /** The sample of a channel at a moment of the microphone's own time. */
  readonly sound: (seconds: number, channel: number) => number;
  /** How long the message of that number is on its way. */
  readonly delayMs?: (messageNumber: number) => number;
  readonly isLost?: (messageNumber: number) => boolean;
}

export class FakeMicrophone {
  readonly speaker: Speaker;
  readonly #options: FakeMicrophoneOptions;
  #sentCount = 0;
  #nextMs: number;

  constructor(options: FakeMicrophoneOptions) {
    const { device, time, rateHz, channelCount = 1 } = options;
    this.#options = options;
    this.#nextMs = time.nowMs();
    this.speaker = new Speaker({ device, timers: time, rateHz, channelCount });
  }

  /** Lets time pass and speaks meanwhile. */
  speakFor(durationMs: number): void {
    const {
      time,
      frameMs = 10,
      driftPpm = 0,
      delayMs = () => 0,
      isLost = () => false,
    } = this.#options;
    const endMs = time.nowMs() + durationMs;
    const stepMs = frameMs / (1 + driftPpm / 1e6);
    let lastArrivalMs = 0;
    while (this.#nextMs + stepMs <= endMs) {
      this.#nextMs += stepMs;
      const number = this.#sentCount;
      this.#sentCount += 1;
      const frame = this.#frame(number);
      if (isLost(number)) continue;
      // Messages of a WebSocket do not overtake each other.
      lastArrivalMs = Math.max(lastArrivalMs, this.#nextMs + delayMs(number));
      time.after(lastArrivalMs - time.nowMs(), () => this.speaker.hear(frame));
    }
    time.advance(endMs - time.nowMs());
  }

  /** The microphone stands still as well. */
  pauseFor(durationMs: number): void {
    this.#nextMs += durationMs;
    this.#options.time.advance(durationMs);
  }

  #frame(number: number): Frame {
    const { rateHz, channelCount = 1, frameMs = 10, sound } = this.#options;
    const frameCount = (rateHz * frameMs) / 1_000;
    const samples = Int16Array.from({ length: frameCount * channelCount }, (_, i) => {
      const frame = number * frameCount + Math.floor(i / channelCount);
      return Math.round(sound(frame / rateHz, i % channelCount));
    });
    return {
      header: {
        kind: 'heard',
        flags: 0,
        device: 0,
        encoding: 'LIN16',
        channelCount,
        frameCount,
        sequence: number,
        startTime: deviceTime(number * frameCount),
        senderMicroseconds: 0,
      },
      samples: new Uint8Array(samples.buffer),
    };
  }
}
