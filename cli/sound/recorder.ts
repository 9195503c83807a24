// Records from a device block by block, in step with its clock.
import { bytesForFrames, bytesPerUnit, framesForBytes } from '#shared/audio/encodings/units';
import { advance, difference } from '#shared/audio/time';
import type { Context, DeviceTime } from '#shared/client/index';
import { CommandError, usageError } from '../errors.ts';
import { recordFormatOf } from './device-format.ts';

/** Short enough for a meter that moves; a stop waits for the block under way. */
const BLOCK_SECONDS = 0.1;

export interface RecorderOptions {
  readonly context: Context;
  readonly startTime: DeviceTime;
  /** Undefined records until it is stopped. */
  readonly frameCount: number | undefined;
  /** Ends the recording without an error. */
  readonly signal: AbortSignal;
  readonly blockSeconds?: number;
}

export interface RecordedBlock {
  /** In the device's own format; nobody writes to them again. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly frameCount: number;
  readonly startTime: DeviceTime;
  /** Frames that the device had already forgotten before this block; silence stands for them. */
  readonly lostFrames: number;
}

export async function* recordBlocks(
  options: RecorderOptions,
): AsyncGenerator<RecordedBlock, void, undefined> {
  const { context, signal, frameCount = Number.POSITIVE_INFINITY } = options;
  const { device } = context;
  const { encoding, channelCount, rateHz } = recordFormatOf(device);
  const blockFrames = Math.ceil((options.blockSeconds ?? BLOCK_SECONDS) * rateHz);
  let startTime = options.startTime;
  for (let done = 0; done < frameCount && !signal.aborted; ) {
    const byteCount = bytesForFrames(
      encoding,
      channelCount,
      Math.min(blockFrames, frameCount - done),
    );
    const { samples, time, nextTime } = await context.record({ startTime, byteCount });
    const recordedFrames = framesForBytes(encoding, channelCount, samples.length);
    const ageFrames = difference(time, startTime) - device.recordBufferFrames;
    yield {
      bytes: samples,
      frameCount: recordedFrames,
      startTime,
      lostFrames: Math.max(0, Math.min(ageFrames, recordedFrames)),
    };
    done += recordedFrames;
    startTime = nextTime;
  }
}

/** Bytes of one frame of what is recorded. */
export function recordFrameBytes({ device }: Context): number {
  return bytesPerUnit(device.recordEncoding, device.recordChannelCount);
}

/** `secondsFromNow` is negative for the past, which the device must still remember. */
export async function recordingStart(
  context: Context,
  secondsFromNow: number,
): Promise<DeviceTime> {
  const { recordRateHz, recordBufferFrames } = context.device;
  const frames = Math.round(secondsFromNow * recordRateHz);
  if (-frames > recordBufferFrames) {
    const seconds = recordBufferFrames / recordRateHz;
    throw usageError(`The device remembers ${seconds} s only: go back less far with --from.`);
  }
  return advance(await context.getTime(), frames);
}

const MONITOR_MASK = 0b10;

/**
 * Lets the device hear what it plays, while `work` is done. Inputs belong to the device, not to a program:
 * others who record meanwhile hear it too. They are put back afterwards.
 */
export async function withMonitor<Result>(
  context: Context,
  wantsMonitor: boolean,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!wantsMonitor) return work();
  if (context.device.inputCount < 2) {
    throw new CommandError(
      'usage',
      'This device has no monitor, which is the second input: choose another device.',
    );
  }
  const { controls } = context;
  const all = 2 ** context.device.inputCount - 1;
  const { oldMask } = await controls.enableInputs(MONITOR_MASK);
  await controls.disableInputs(all - MONITOR_MASK);
  try {
    return await work();
  } finally {
    // Where this fails the connection is gone, of which whoever waits for the work hears.
    await controls.enableInputs(oldMask).catch(() => {});
    await controls.disableInputs(all - oldMask).catch(() => {});
  }
}
