// A gateway, a network and a page's audio thread on one made-up clock: frames of a device leave on time,
// arrive in order but late, and are played by the real engine.

import { codecFor } from '#shared/audio/encodings/codecs';
import type { DeviceTime } from '#shared/protocol/ids';
import { type Frame, frameFlags } from '#shared/relay/frame';
import { FrameFeed } from '#web/audio/frame-feed';
import { createRing, openRing } from '#web/audio/ring-buffer';
import { PlaybackEngine } from '#web/audio/worklets/playback-engine';

export interface SimulationOptions {
  readonly rateHz?: number;
  readonly contextRateHz?: number;
  readonly channelCount?: number;
  readonly frameMs?: 10 | 20;
  readonly correctsDrift?: boolean;
  /** How much faster than true the sender's clock runs. */
  readonly driftPpm?: number;
  /** How long the frame that leaves at that moment is under way; order is kept, as in TCP. */
  readonly delayMs?: (sentMs: number) => number;
  /** The sample of a channel at a frame of the device's clock, in 16 bits. */
  readonly sample?: (frame: number, channel: number) => number;
  /** Whether there is sound at that moment of the device's clock. */
  readonly isSounding?: (deviceMs: number) => boolean;
  /** Blocks that the browser asks for at once, in frames of the context. */
  readonly burstFrames?: number;
  readonly startTime?: number;
}

const CHUNK = 128;

export class SimulatedPlayback {
  readonly engine: PlaybackEngine;
  readonly feed: FrameFeed;
  readonly contextRateHz: number;
  readonly rateHz: number;
  readonly channelCount: number;
  /** All that was played, interleaved. */
  readonly played: number[] = [];
  nowMs = 0;
  readonly #options: SimulationOptions;
  readonly #frameFrames: number;
  readonly #underWay: { readonly frame: Frame; readonly arrivesMs: number }[] = [];
  #sentFrames = 0;
  #renderedFrames = 0;
  #sequence = 0;
  #lastArrivalMs = 0;
  #wasSounding = false;

  constructor(options: SimulationOptions = {}) {
    const { rateHz = 48_000, contextRateHz = 48_000, channelCount = 1, frameMs = 20 } = options;
    this.#options = options;
    this.rateHz = rateHz;
    this.contextRateHz = contextRateHz;
    this.channelCount = channelCount;
    this.#frameFrames = (rateHz * frameMs) / 1000;
    const shape = { channelCount, capacityFrames: 2 ** Math.ceil(Math.log2(2 * rateHz)) };
    const ring = createRing(shape, true);
    const reader = openRing(ring.source, shape, rateHz);
    const codec = codecFor('LIN16');
    if (!codec) throw new Error('there is always LIN16');
    this.feed = new FrameFeed({ writer: ring.writer, codec, channelCount, rateHz });
    const correctsDrift = options.correctsDrift ?? true;
    this.engine = new PlaybackEngine({
      ...{ ring: reader, channelCount, rateHz, contextRateHz, frameMs, correctsDrift },
    });
  }

  /** Lets time pass; `each` sees the engine after each chunk. */
  run(ms: number, each: () => void = () => {}): void {
    const endMs = this.nowMs + ms;
    const { burstFrames = CHUNK } = this.#options;
    while (this.nowMs < endMs) {
      this.#send();
      this.#deliver();
      for (let frame = 0; frame < burstFrames; frame += CHUNK) {
        this.engine.render(CHUNK, (this.#renderedFrames * 1000) / this.contextRateHz);
        this.#renderedFrames += CHUNK;
        for (const sample of this.engine.rendered) this.played.push(sample);
        each();
      }
      this.nowMs = (this.#renderedFrames * 1000) / this.contextRateHz;
    }
  }

  /** The gateway starts anew: its device time, too. */
  restartGateway(): void {
    this.feed.restart();
    this.#underWay.length = 0;
    this.#restartFrames = this.#sentFrames;
    this.#wasSounding = false;
  }

  #restartFrames = 0;

  /** Frames leave when the device's clock has reached their end. */
  #send(): void {
    const { driftPpm = 0, delayMs = () => 0, isSounding = () => true } = this.#options;
    const deviceFrames = (this.nowMs / 1000) * this.rateHz * (1 + driftPpm * 1e-6);
    while (this.#sentFrames + this.#frameFrames <= deviceFrames) {
      const startFrame = this.#sentFrames;
      this.#sentFrames += this.#frameFrames;
      const startMs = (startFrame / this.rateHz) * 1000;
      const endMs = (this.#sentFrames / this.rateHz) * 1000;
      if (!isSounding(startMs)) {
        this.#wasSounding = false;
        continue;
      }
      const isLast = !isSounding(endMs);
      const frame = this.#frameAt(startFrame, isLast);
      const sentMs = endMs / (1 + driftPpm * 1e-6);
      this.#lastArrivalMs = Math.max(this.#lastArrivalMs, sentMs + delayMs(sentMs));
      this.#underWay.push({ frame, arrivesMs: this.#lastArrivalMs });
      this.#wasSounding = true;
    }
  }

  #frameAt(startFrame: number, isLast: boolean): Frame {
    const { sample = () => 0, startTime = 0 } = this.#options;
    const { channelCount } = this;
    const samples = new DataView(new ArrayBuffer(this.#frameFrames * channelCount * 2));
    for (let i = 0; i < this.#frameFrames * channelCount; i++) {
      const frame = startFrame + Math.floor(i / channelCount);
      samples.setInt16(2 * i, sample(frame, i % channelCount), true);
    }
    const discontinuity = this.#wasSounding ? 0 : frameFlags.discontinuity;
    return {
      header: {
        ...{ kind: 'played', device: 0, encoding: 'LIN16', channelCount },
        flags: discontinuity | (isLast ? frameFlags.endOfSound : 0),
        frameCount: this.#frameFrames,
        sequence: this.#sequence++,
        startTime: ((startTime + startFrame - this.#restartFrames) >>> 0) as DeviceTime,
        senderMicroseconds: Math.round(this.nowMs * 1000),
      },
      samples: new Uint8Array(samples.buffer),
    };
  }

  #deliver(): void {
    while (this.#underWay[0] && this.#underWay[0].arrivesMs <= this.nowMs) {
      const next = this.#underWay.shift();
      if (next) this.feed.push(next.frame);
    }
  }
}
