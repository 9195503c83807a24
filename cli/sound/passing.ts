// Sound from one device to another, whose clocks nobody ties together: it arrives with a constant delay, and
// runs as much faster or slower as the clocks drift apart.
import { bytesPerUnit } from '#shared/audio/encodings/units';
import { advance, difference } from '#shared/audio/time';
import type { Context, DeviceTime } from '#shared/client/index';
import { playFormatOf, recordFormatOf } from './device-format.ts';
import { createDriftRegulator } from './drift-regulator.ts';
import { recordBlocks, recordingStart } from './recorder.ts';
import { createAdjustableConverter } from './sound-converter.ts';

const BLOCK_SECONDS = 0.04;

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
  const { rateHz: sourceRateHz } = recordFormatOf(source.device);
  const target = playFormatOf(sink.device);
  const converter = createAdjustableConverter(recordFormatOf(source.device), target, true);
  const regulator = createDriftRegulator(delaySeconds);
  const frameBytes = bytesPerUnit(target.encoding, target.channelCount);
  const delayFrames = Math.round(delaySeconds * target.rateHz);
  let nextTime: DeviceTime | undefined;
  let passedFrames = 0;
  let reportedSeconds = 0;
  let jumpCount = 0;
  const state = (): PassState => ({
    passedSeconds: passedFrames / sourceRateHz,
    errorMs: regulator.errorSeconds * 1_000,
    speedPpm: (regulator.speed - 1) * 1e6,
    jumpCount,
  });

  for await (const block of recordBlocks({
    context: source,
    startTime: await recordingStart(source, 0),
    frameCount: seconds === undefined ? undefined : Math.round(seconds * sourceRateHz),
    signal,
    blockSeconds: BLOCK_SECONDS,
  })) {
    const samples = converter.convert(block.bytes);
    const frameCount = samples.length / frameBytes;
    const startTime = nextTime ?? advance(await sink.getTime(), delayFrames - frameCount);
    nextTime = advance(startTime, frameCount);
    const now = await sink.play({ startTime, samples });
    const aheadFrames = difference(nextTime, now);
    passedFrames += block.frameCount;
    if (aheadFrames <= 0 || aheadFrames > 2 * delayFrames + target.rateHz * BLOCK_SECONDS) {
      // Too late to be heard, or a whole delay too early: only a jump helps.
      nextTime = advance(now, delayFrames);
      regulator.restart();
      jumpCount += 1;
    } else {
      regulator.arrived(aheadFrames / target.rateHz, block.frameCount / sourceRateHz);
      converter.setSpeed(regulator.speed);
    }
    if (passedFrames / sourceRateHz - reportedSeconds >= 1) {
      reportedSeconds = passedFrames / sourceRateHz;
      options.report(state());
    }
  }
  return state();
}
