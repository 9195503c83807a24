// Plays a stream on a device: keeps far enough ahead of its clock, never so far that the server makes the
// connection wait, and can take back what nobody has heard yet.
import { setTimeout as sleep } from 'node:timers/promises';
import { createDecoder16, createEncoder16 } from '#shared/audio/encodings/linear-coders';
import { bytesPerUnit } from '#shared/audio/encodings/units';
import { createLevelMeter, type Level } from '#shared/audio/meter';
import { round16 } from '#shared/audio/sample16';
import { advance, difference } from '#shared/audio/time';
import type { Context, DeviceTime } from '#shared/client/index';
import { type AskedTime, askTime, ROUND_TRIP_SAFETY } from './asked-time.ts';
import { playFormatOf } from './device-format.ts';
import { codecNamed } from './sound-converter.ts';

const BLOCK_SECONDS = 0.25;
/** A server makes plays wait that end less than 0.3 s before the end of its buffer (protocol.md 10.2). */
const BUFFER_MARGIN_SECONDS = 0.6;
/** Besides the way there and back: from asking for the time until a play at that time arrives. */
const LEAD_SECONDS = 0.12;
const TAKE_BACK_LEAD_SECONDS = 0.04;
/** Plays under way, so that a long way to the server costs nothing. */
const MOST_UNDER_WAY = 8;
const FADE_SECONDS = 0.08;

export interface PlayerOptions {
  readonly context: Context;
  /** Where the sound starts; as soon as possible unless given. */
  readonly start?: PlayerStart | undefined;
  /** Ends the waiting of `play` and `untilHeard` with its reason. */
  readonly signal: AbortSignal;
  /** The context replaces what others play; taking back then leaves silence instead of their sound. */
  readonly preempts?: boolean;
}

export type PlayerStart = { readonly secondsFromNow: number } | { readonly deviceTime: DeviceTime };

interface SentBlock {
  readonly startTime: DeviceTime;
  readonly frameCount: number;
  readonly bytes: Uint8Array;
}

export class Player {
  /** Where the next block starts. */
  nextTime: DeviceTime;
  /** How often the sound came too late, so that a gap was heard. */
  gapCount = 0;
  readonly startTime: DeviceTime;
  readonly rateHz: number;
  readonly #options: PlayerOptions;
  readonly #channelCount: number;
  readonly #frameBytes: number;
  readonly #aheadFrames: number;
  /** What may not have been heard yet, the oldest first. */
  #sent: SentBlock[] = [];
  /** The device's time, and when it was that time here. */
  #clock: { time: DeviceTime; atMs: number };
  /** A start in the past is meant: what should have sounded by now is left out. */
  readonly #catchesUp: boolean;
  #hasBegun = false;
  readonly #roundTripSeconds: number;
  #underWay: Promise<unknown>[] = [];
  #failure: { readonly error: unknown } | undefined;

  /** Use `startPlayer`. */
  constructor(options: PlayerOptions, { time: now, roundTripSeconds }: AskedTime) {
    const { device } = options.context;
    const { encoding, channelCount, rateHz } = playFormatOf(device);
    this.#options = options;
    this.rateHz = rateHz;
    this.#channelCount = channelCount;
    this.#frameBytes = bytesPerUnit(encoding, channelCount);
    const bufferFrames = device.playBufferFrames;
    const marginFrames = (BUFFER_MARGIN_SECONDS + BLOCK_SECONDS) * rateHz;
    this.#aheadFrames = Math.max(bufferFrames / 4, bufferFrames - marginFrames);
    this.#clock = { time: now, atMs: performance.now() };
    this.#roundTripSeconds = roundTripSeconds;
    this.startTime = startTimeOf(options.start, now, this.#leadFrames(LEAD_SECONDS), rateHz);
    this.nextTime = this.startTime;
    this.#catchesUp = difference(this.startTime, now) > 0;
  }

  /** The device's time now, as far as it can be told without asking. */
  get deviceTime(): DeviceTime {
    const passedMs = performance.now() - this.#clock.atMs;
    return advance(this.#clock.time, Math.floor((passedMs / 1000) * this.rateHz));
  }

  /** How much has sounded since the start; negative before it. */
  get heardSeconds(): number {
    return difference(this.deviceTime, this.startTime) / this.rateHz;
  }

  /** Sound in the device's own format; resolves when all of it was sent, with ticks on the way. */
  async play(bytes: Uint8Array, tick: () => void = () => {}): Promise<void> {
    const blockBytes = Math.ceil(BLOCK_SECONDS * this.rateHz) * this.#frameBytes;
    for (let at = 0; at < bytes.length; at += blockBytes) {
      await this.#untilRoom();
      await this.#send(bytes.subarray(at, at + blockBytes));
      tick();
    }
  }

  /** Resolves when the server has all of it. */
  async untilSent(): Promise<void> {
    await Promise.all(this.#underWay);
    if (this.#failure) throw this.#failure.error;
  }

  /** Resolves when the last of it has sounded. */
  async untilHeard(tick: () => void = () => {}): Promise<void> {
    await this.untilSent();
    for (;;) {
      const leftFrames = difference(this.nextTime, this.deviceTime);
      if (leftFrames <= 0) break;
      await this.#sleepFrames(Math.min(leftFrames + 1, this.rateHz * BLOCK_SECONDS));
      tick();
    }
    // The clock here was an estimate.
    this.#noteTime(await this.#options.context.getTime());
    if (difference(this.nextTime, this.deviceTime) > 0) await this.untilHeard(tick);
  }

  /**
   * Lets what is being heard fade out and takes back the rest. What was mixed with other sound is taken
   * out of the mix by playing its opposite, so that the sound of others stays.
   */
  async takeBack(): Promise<void> {
    const { context, preempts = false } = this.#options;
    const now = await context.getTime();
    this.#noteTime(now);
    const fadeTime = advance(now, this.#leadFrames(TAKE_BACK_LEAD_SECONDS));
    for (const block of this.#sent) {
      const skippedFrames = Math.max(0, difference(fadeTime, block.startTime));
      if (skippedFrames >= block.frameCount) continue;
      const bytes = block.bytes.subarray(skippedFrames * this.#frameBytes);
      const startTime = advance(block.startTime, skippedFrames);
      const fromFade = difference(startTime, fadeTime);
      const samples = this.#faded(bytes, fromFade, preempts);
      await context.play({ startTime, samples });
    }
    this.#sent = [];
  }

  /** The level of what sounds now. */
  level(): Level {
    const meter = createLevelMeter();
    const now = this.deviceTime;
    const block = this.#sent.find(
      ({ startTime, frameCount }) => difference(now, startTime) < frameCount,
    );
    if (block && difference(now, block.startTime) >= 0) {
      const samples = this.#decoded(block.bytes);
      meter.add16(samples, 0, samples.length);
    }
    return meter.read();
  }

  async #untilRoom(): Promise<void> {
    for (;;) {
      this.#options.signal.throwIfAborted();
      const tooFarFrames = difference(this.nextTime, this.deviceTime) - this.#aheadFrames;
      if (tooFarFrames <= 0) break;
      await this.#sleepFrames(Math.min(tooFarFrames + 1, this.rateHz * BLOCK_SECONDS));
    }
    this.#catchUp();
  }

  /** Sound that came too late is played from now on instead of being lost. */
  #catchUp(): void {
    if (!this.#hasBegun || !this.#catchesUp) return;
    if (difference(this.nextTime, this.deviceTime) > 0) return;
    this.nextTime = advance(this.deviceTime, this.#leadFrames(LEAD_SECONDS));
    this.gapCount += 1;
  }

  async #send(samples: Uint8Array): Promise<void> {
    const startTime = this.nextTime;
    const frameCount = samples.length / this.#frameBytes;
    this.#hasBegun = true;
    this.#forgetHeard();
    this.#sent.push({ startTime, frameCount, bytes: samples });
    this.nextTime = advance(startTime, frameCount);
    if (this.#underWay.length >= MOST_UNDER_WAY) await this.#underWay.shift();
    if (this.#failure) throw this.#failure.error;
    this.#underWay.push(
      this.#options.context.play({ startTime, samples }).then(
        (time) => this.#noteTime(time),
        (error: unknown) => {
          this.#failure ??= { error };
        },
      ),
    );
  }

  /** Frames in that time and in the way there and back. */
  #leadFrames(seconds: number): number {
    return Math.round((seconds + this.#roundTripSeconds * ROUND_TRIP_SAFETY) * this.rateHz);
  }

  #forgetHeard(): void {
    const now = this.deviceTime;
    this.#sent = this.#sent.filter(
      ({ startTime, frameCount }) => difference(advance(startTime, frameCount), now) > 0,
    );
  }

  #noteTime(time: DeviceTime): void {
    this.#clock = { time, atMs: performance.now() };
  }

  async #sleepFrames(frameCount: number): Promise<void> {
    const { signal } = this.#options;
    const durationMs = (frameCount / this.rateHz) * 1000;
    await sleep(durationMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  #decoded(bytes: Uint8Array): Int16Array {
    const { device } = this.#options.context;
    const samples = new Int16Array((bytes.length / this.#frameBytes) * this.#channelCount);
    const codec = codecNamed(device.playEncoding);
    createDecoder16(codec, this.#channelCount, samples.length).decode(bytes, samples, false);
    return samples;
  }

  /** What replaces the block, or what must be added to it, so that it fades out. */
  #faded(bytes: Uint8Array, fromFade: number, preempts: boolean): Uint8Array {
    const samples = this.#decoded(bytes);
    const fadeFrames = FADE_SECONDS * this.rateHz;
    for (let i = 0; i < samples.length; i++) {
      const progress = Math.min(1, (fromFade + Math.floor(i / this.#channelCount)) / fadeFrames);
      const gain = 0.5 + 0.5 * Math.cos(Math.PI * progress);
      samples[i] = round16((samples[i] as number) * (preempts ? gain : gain - 1));
    }
    const output = new Uint8Array(bytes.length);
    const codec = codecNamed(this.#options.context.device.playEncoding);
    const encoder = createEncoder16(codec, this.#channelCount, samples.length);
    encoder.encode(samples, samples.length, output, false);
    return output;
  }
}

export async function startPlayer(options: PlayerOptions): Promise<Player> {
  return new Player(options, await askTime(options.context));
}

function startTimeOf(
  start: PlayerStart | undefined,
  now: DeviceTime,
  leadFrames: number,
  rateHz: number,
): DeviceTime {
  if (start === undefined) return advance(now, leadFrames);
  return 'deviceTime' in start
    ? start.deviceTime
    : advance(now, Math.round(start.secondsFromNow * rateHz));
}
