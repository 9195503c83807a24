// Plays a stream on a device: keeps far enough ahead of its clock, never so far that the server makes the
// connection wait, and can take back what nobody has heard yet.
import { setTimeout as sleep } from 'node:timers/promises';
import { bytesPerUnit } from '#shared/audio/encodings/units';
import { createLevelMeter, type Level } from '#shared/audio/meter';
import { advance, difference } from '#shared/audio/time';
import type { Context, DeviceTime } from '#shared/client/index';
import type { SoundFormat } from '../sound-files/format.ts';
import {
  type AskedTime,
  askTime,
  isSameClock,
  type Moment,
  ROUND_TRIP_SAFETY,
  timeAt,
} from './asked-time.ts';
import { playFormatOf } from './device-format.ts';
import { fadedOut, restOf, type SentBlock, samplesIn } from './sent-block.ts';

const BLOCK_SECONDS = 0.25;
/** A server makes plays wait that end less than 0.3 s before the end of its buffer (original.md 9.2). */
const BUFFER_MARGIN_SECONDS = 0.6;
/** Besides the way there and back: from asking for the time until a play at that time arrives. */
const LEAD_SECONDS = 0.12;
const TAKE_BACK_LEAD_SECONDS = 0.04;
/** Plays under way, so that a long way to the server costs nothing. */
const MOST_UNDER_WAY = 8;

export interface PlayerOptions {
  readonly context: Context;
  /** Where the sound starts; as soon as possible unless given. */
  readonly start?: PlayerStart | undefined;
  /** Ends the waiting of `play` and `untilHeard` with its reason. */
  readonly signal: AbortSignal;
  /** The context replaces what others play; taking back then leaves silence instead of their sound. */
  readonly preempts?: boolean;
  /** Where the sound goes on when work on the context failed; throws when it cannot. */
  readonly reconnect?: (error: unknown) => Promise<NewOutlet>;
}

export interface NewOutlet {
  readonly context: Context;
  readonly asked: AskedTime;
  /** When the old connection ended, on the clock of `performance.now()`. */
  readonly lostAtMs: number;
}

export type PlayerStart = { readonly secondsFromNow: number } | { readonly deviceTime: DeviceTime };

export class Player {
  /** Where the next block starts. */
  nextTime: DeviceTime;
  /** How often the sound came too late, so that a gap was heard. */
  gapCount = 0;
  /** Of the first frame, on the present server's clock. */
  startTime: DeviceTime;
  readonly rateHz: number;
  readonly #options: PlayerOptions;
  #context: Context;
  readonly #format: SoundFormat;
  readonly #frameBytes: number;
  readonly #aheadFrames: number;
  /** What may not have been heard yet, the oldest first. */
  #sent: SentBlock[] = [];
  #clock: Moment;
  /** A start in the past is meant: what should have sounded by now is left out. */
  readonly #catchesUp: boolean;
  #hasBegun = false;
  #roundTripSeconds: number;
  #underWay: Promise<unknown>[] = [];
  #failure: { readonly error: unknown } | undefined;
  /** There is nobody to talk to: what was sent is gone, or goes on by itself. */
  #isAlone = false;

  /** Use `startPlayer`. */
  constructor(options: PlayerOptions, { time: now, roundTripSeconds }: AskedTime) {
    const { device } = options.context;
    this.#format = playFormatOf(device);
    const { encoding, channelCount, rateHz } = this.#format;
    this.#options = options;
    this.#context = options.context;
    this.rateHz = rateHz;
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
    return timeAt(this.#clock, this.rateHz, performance.now());
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
    if (!this.#failure) return;
    await this.#goOnElsewhere(this.#failure.error);
    await this.untilSent();
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
    try {
      this.#noteTime(await this.#context.getTime());
    } catch (error) {
      await this.#goOnElsewhere(error);
    }
    if (difference(this.nextTime, this.deviceTime) > 0) await this.untilHeard(tick);
  }

  /**
   * Lets what is being heard fade out and takes back the rest. What was mixed with other sound is taken
   * out of the mix by playing its opposite, so that the sound of others stays.
   */
  async takeBack(): Promise<void> {
    if (this.#isAlone) return;
    const { preempts = false } = this.#options;
    const now = await this.#context.getTime();
    this.#noteTime(now);
    const fadeTime = advance(now, this.#leadFrames(TAKE_BACK_LEAD_SECONDS));
    for (const block of this.#sent) {
      const rest = restOf(block, fadeTime);
      if (rest === undefined) continue;
      const { startTime, bytes } = rest;
      const fadedFrames = difference(startTime, fadeTime);
      const samples = fadedOut(bytes, this.#format, fadedFrames, !preempts);
      await this.#context.play({ startTime, samples });
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
      const samples = samplesIn(block.bytes, this.#format);
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
    if (this.#underWay.length >= MOST_UNDER_WAY) await this.#underWay.shift();
    if (this.#failure) await this.#goOnElsewhere(this.#failure.error);
    this.#sendNow(samples);
  }

  #sendNow(samples: Uint8Array): void {
    const startTime = this.nextTime;
    const frameCount = samples.length / this.#frameBytes;
    const block: SentBlock = { startTime, frameCount, bytes: samples, isAnswered: false };
    this.#hasBegun = true;
    this.#forgetHeard();
    this.#sent.push(block);
    this.nextTime = advance(startTime, frameCount);
    const context = this.#context;
    this.#underWay.push(
      context.play({ startTime, samples }).then(
        (time) => {
          block.isAnswered = true;
          // The way was too narrow, so that the beginning of it was past by then.
          if (this.#catchesUp && difference(time, startTime) > 0) this.gapCount += 1;
          this.#noteTime(time);
        },
        (error: unknown) => {
          if (context === this.#context) this.#failure ??= { error };
        },
      ),
    );
  }

  /** Sends what is left of the sound to where it goes on; throws where it does not. */
  async #goOnElsewhere(error: unknown): Promise<void> {
    const { reconnect } = this.#options;
    if (reconnect === undefined) throw error;
    this.#isAlone = true;
    const { context, asked, lostAtMs } = await reconnect(error);
    const { time: now, roundTripSeconds } = asked;
    const clock = { time: now, atMs: performance.now() };
    const isSameServer = isSameClock(this.#clock, clock, this.rateHz);
    const rest = isSameServer ? this.#unanswered() : this.#unheard(lostAtMs);
    const nextTime = rest[0]?.startTime ?? this.nextTime;
    // A start that lies in the future stays as far away.
    const aheadFrames = difference(nextTime, this.deviceTime);
    const playedFrames = difference(this.nextTime, this.startTime);
    const restFrames = rest.reduce((sum, { frameCount }) => sum + frameCount, 0);
    this.#context = context;
    this.#underWay = [];
    this.#failure = undefined;
    this.#roundTripSeconds = roundTripSeconds;
    this.#clock = clock;
    this.#isAlone = false;
    if (!isSameServer) {
      this.#sent = [];
      this.nextTime = advance(now, Math.max(aheadFrames, this.#leadFrames(LEAD_SECONDS)));
      this.startTime = advance(this.nextTime, restFrames - playedFrames);
    } else {
      this.#sent = this.#sent.filter(({ isAnswered }) => isAnswered);
      this.nextTime = nextTime;
      this.#catchUp();
    }
    for (const { bytes } of rest) this.#sendNow(bytes);
  }

  /** The server may have some of it, which is then played twice: louder, but not lost. */
  #unanswered(): SentBlock[] {
    return this.#sent.filter(({ isAnswered }) => !isAnswered);
  }

  /** What nobody had heard yet when the server went away. */
  #unheard(lostAtMs: number): SentBlock[] {
    const lostTime = timeAt(this.#clock, this.rateHz, lostAtMs);
    return this.#sent.flatMap((block) => restOf(block, lostTime) ?? []);
  }

  /** Frames in that time and in the way there and back. */
  #leadFrames(seconds: number): number {
    return Math.round((seconds + this.#roundTripSeconds * ROUND_TRIP_SAFETY) * this.rateHz);
  }

  #forgetHeard(): void {
    const now = this.deviceTime;
    this.#sent = this.#sent.filter(
      ({ startTime, frameCount, isAnswered }) =>
        !isAnswered || difference(advance(startTime, frameCount), now) > 0,
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
