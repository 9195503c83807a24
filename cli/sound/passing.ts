// Sound from one device to another, whose clocks nobody ties together: it arrives with a constant delay, and
// runs as much faster or slower as the clocks drift apart.
import { bytesPerUnit } from '#shared/audio/encodings/units';
import { advance, difference } from '#shared/audio/time';
import type { Context, DeviceTime } from '#shared/client/index';
import { playFormatOf, recordFormatOf } from './device-format.ts';
import { createDriftRegulator, type DriftRegulator } from './drift-regulator.ts';
import { recordBlocks, recordingStart } from './recorder.ts';
import { type AdjustableConverter, createAdjustableConverter } from './sound-converter.ts';

const BLOCK_SECONDS = 0.04;
/** Plays under way, so that a long way to the sink costs nothing. */
const MOST_UNDER_WAY = 32;
/** What lasts longer than this is not corrected by speed, which takes 200 s for each second. */
const LASTING_ERROR_SECONDS = 0.06;

export interface PassOptions {
  readonly source: Context;
  readonly sink: Context;
  /** From the end of a block at the source until it sounds at the sink, the network included. */
  readonly delaySeconds: number;
  readonly seconds: number | undefined;
  readonly signal: AbortSignal;
  /** About once a second. */
  report(state: PassState): void;
}

export interface PassState {
  readonly passedSeconds: number;
  /** The delay is this much longer than wanted. */
  readonly errorMs: number;
  /** How much faster the sound runs. */
  readonly speedPpm: number;
  /** How often the sound was interrupted to set the delay anew. */
  readonly jumpCount: number;
}

/** Until the time has passed or it is stopped, which is no error. */
export async function passSound(options: PassOptions): Promise<PassState> {
  const { source, sink, delaySeconds, seconds, signal } = options;
  const rateHz = source.device.recordRateHz;
  const target = playFormatOf(sink.device);
  const converter = createAdjustableConverter(recordFormatOf(source.device), target, true);
  const outlet = new Outlet(sink, delaySeconds, converter);
  let passedFrames = 0;
  let reportedSeconds = 0;

  for await (const block of recordBlocks({
    context: source,
    startTime: (await recordingStart(source, 0)).startTime,
    frameCount: seconds === undefined ? undefined : Math.round(seconds * rateHz),
    signal,
    blockSeconds: BLOCK_SECONDS,
  })) {
    await outlet.play(converter.convert(block.bytes), block.frameCount / rateHz);
    passedFrames += block.frameCount;
    const passedSeconds = passedFrames / rateHz;
    if (passedSeconds - reportedSeconds < 1) continue;
    reportedSeconds = passedSeconds;
    options.report(outlet.state(passedSeconds));
  }
  await outlet.untilSent();
  return outlet.state(passedFrames / rateHz);
}

/** The sink's end of a pass, which learns from every answer how far ahead the sound arrives. */
class Outlet {
  readonly #sink: Context;
  readonly #delayFrames: number;
  readonly #frameBytes: number;
  readonly #regulator: DriftRegulator;
  readonly #converter: AdjustableConverter;
  readonly #underWay: Promise<void>[] = [];
  #failure: { readonly error: unknown } | undefined;
  #nextTime: DeviceTime | undefined;
  #jumpCount = 0;
  /** Sound that is left out to shorten the delay. */
  #skippedFrames = 0;

  constructor(sink: Context, delaySeconds: number, converter: AdjustableConverter) {
    const { rateHz, encoding, channelCount } = playFormatOf(sink.device);
    this.#sink = sink;
    this.#delayFrames = Math.round(delaySeconds * rateHz);
    this.#frameBytes = bytesPerUnit(encoding, channelCount);
    this.#regulator = createDriftRegulator(delaySeconds);
    this.#converter = converter;
  }

  async play(converted: Uint8Array, blockSeconds: number): Promise<void> {
    const samples = this.#withoutSkipped(converted);
    const frameCount = samples.length / this.#frameBytes;
    if (frameCount === 0) return;
    const startTime =
      this.#nextTime ?? advance(await this.#sink.getTime(), this.#delayFrames - frameCount);
    const endTime = advance(startTime, frameCount);
    this.#nextTime = endTime;
    const jumpCount = this.#jumpCount;
    if (this.#underWay.length >= MOST_UNDER_WAY) await this.#underWay.shift();
    if (this.#failure) throw this.#failure.error;
    this.#underWay.push(
      this.#sink.play({ startTime, samples }).then(
        (now) => {
          // What was sent before a jump says nothing about how it is now.
          if (jumpCount === this.#jumpCount) this.#arrived(endTime, now, blockSeconds);
        },
        (error: unknown) => {
          this.#failure ??= { error };
        },
      ),
    );
  }

  async untilSent(): Promise<void> {
    await Promise.all(this.#underWay);
    if (this.#failure) throw this.#failure.error;
  }

  state(passedSeconds: number): PassState {
    return {
      passedSeconds,
      errorMs: this.#regulator.errorSeconds * 1_000,
      speedPpm: (this.#regulator.speed - 1) * 1e6,
      jumpCount: this.#jumpCount,
    };
  }

  #arrived(endTime: DeviceTime, now: DeviceTime, blockSeconds: number): void {
    const { playRateHz } = this.#sink.device;
    const aheadFrames = difference(endTime, now);
    if (aheadFrames <= 0) {
      this.#nextTime = advance(now, this.#delayFrames);
      this.#jumped();
      return;
    }
    this.#regulator.arrived(aheadFrames / playRateHz, blockSeconds);
    if (this.#regulator.errorSeconds > LASTING_ERROR_SECONDS) {
      // What was late came all the same, so that sound has piled up.
      this.#skippedFrames = Math.round(this.#regulator.errorSeconds * playRateHz);
      this.#jumped();
    }
    this.#converter.setSpeed(this.#regulator.speed);
  }

  #jumped(): void {
    this.#regulator.restart();
    this.#jumpCount += 1;
  }

  #withoutSkipped(samples: Uint8Array): Uint8Array {
    const skipped = Math.min(this.#skippedFrames, samples.length / this.#frameBytes);
    this.#skippedFrames -= skipped;
    return samples.subarray(skipped * this.#frameBytes);
  }
}
