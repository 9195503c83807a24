// One piece of virtual hardware: a clock, what is played and what is heard. Its devices are views of it.
import { BlockDelivery } from './block-delivery.ts';
import type { Clock, Timers } from './face.ts';
import { FrameClock } from './frame-clock.ts';
import { MixDown } from './mix-down.ts';
import { type Lane, MIX, MixRing, type WriteOptions } from './mix-ring.ts';

/** How far ahead of now a microphone may write: room for a sender whose clock runs a little fast. */
const HEARD_LEAD_SECONDS = 1;

/** What devices get from outside. */
export interface DevicePorts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Is told what a sink or an event listener threw; it is a mistake in them, and stops nobody else. */
  onError(error: unknown): void;
}

export interface AudioInterfaceOptions {
  readonly rateHz: number;
  readonly channelCount: number;
  readonly bufferSeconds: number;
  readonly blockMs: number;
}

/**
 * Sound may be played up to `bufferFrames` ahead; both what was played and what was heard is kept for
 * as long. The played past stays in the play ring, where the monitor finds it.
 */
export class AudioInterface {
  readonly clock: FrameClock;
  readonly channelCount: number;
  readonly bufferFrames: number;
  readonly played: MixRing;
  readonly heard: MixRing;
  readonly delivery: BlockDelivery;
  readonly mixDown: MixDown;
  readonly #heardLeadFrames: number;

  constructor(ports: DevicePorts, options: AudioInterfaceOptions) {
    const { rateHz, channelCount } = options;
    this.clock = new FrameClock(ports.clock, rateHz);
    this.channelCount = channelCount;
    this.bufferFrames = Math.round(rateHz * options.bufferSeconds);
    this.#heardLeadFrames = rateHz * HEARD_LEAD_SECONDS;
    this.played = new MixRing(2 * this.bufferFrames, channelCount);
    this.heard = new MixRing(this.bufferFrames + this.#heardLeadFrames, channelCount);
    this.mixDown = new MixDown(channelCount);
    this.delivery = new BlockDelivery({
      clock: this.clock,
      timers: ports.timers,
      blockFrames: Math.round((rateHz * options.blockMs) / 1000),
      windowFrames: this.bufferFrames,
    });
  }

  /** Places frames that the caller has found to lie within the play buffer. */
  place(
    startFrame: number,
    samples: Int16Array,
    fromFrame: number,
    frameCount: number,
    lane: Lane,
    options: WriteOptions,
  ): void {
    this.played.write(startFrame, samples, fromFrame, frameCount, lane, options);
    this.delivery.soundAt(startFrame, frameCount);
  }

  /** Mixes in what a microphone hears; what is too old or too far ahead is lost. */
  hear(startFrame: number, samples: Int16Array, frameCount: number, lane: Lane): void {
    const now = this.clock.nowFrame();
    const from = Math.max(startFrame, now - this.bufferFrames, 0);
    const to = Math.min(startFrame + frameCount, now + this.#heardLeadFrames);
    if (from < to) this.heard.write(from, samples, from - startFrame, to - from, lane, MIX);
  }
}
