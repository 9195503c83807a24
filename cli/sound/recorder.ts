// Records from a device block by block, in step with its clock and without a gap, however far it is away.
import { bytesPerUnit } from '#shared/audio/encodings/units';
import { advance, difference } from '#shared/audio/time';
import type { Context, DeviceTime } from '#shared/client/index';
import { CommandError, usageError } from '../errors.ts';
import { askTime, ROUND_TRIP_SAFETY } from './asked-time.ts';

/** Short enough for a meter that moves. */
export const RECORD_BLOCK_SECONDS = 0.1;
/** What one request asks for at most, as the original's library does: a request each. */
const REQUEST_BYTES = 8_000;

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
  readonly bytes: Uint8Array;
  readonly frameCount: number;
  /** Frames that the device had already forgotten when they were asked for; silence stands for them. */
  readonly lostFrames: number;
  /** The device's time when the last of it was answered, which was just now. */
  readonly deviceTime: DeviceTime;
}

/** Blocks of the length that was asked for, except the last, however the requests are cut. */
export async function* recordBlocks(
  options: RecorderOptions,
): AsyncGenerator<RecordedBlock, void, undefined> {
  const { context, signal, frameCount = Number.POSITIVE_INFINITY } = options;
  const rateHz = context.device.recordRateHz;
  const blockFrames = Math.ceil((options.blockSeconds ?? RECORD_BLOCK_SECONDS) * rateHz);
  const { roundTripSeconds } = await askTime(context);
  const requests = new RecordRequests(context, {
    startTime: options.startTime,
    frameCount,
    pieceFrames: Math.min(blockFrames, pieceFramesOf(context)),
    aheadFrames: blockFrames + roundTripSeconds * ROUND_TRIP_SAFETY * rateHz,
  });
  for (let done = 0; done < frameCount && !signal.aborted; ) {
    const pieces: RecordedBlock[] = [];
    let gathered = 0;
    while (gathered < Math.min(blockFrames, frameCount - done) && !signal.aborted) {
      const piece = await requests.next(Math.min(blockFrames, frameCount - done) - gathered);
      pieces.push(piece);
      gathered += piece.frameCount;
    }
    done += gathered;
    if (gathered > 0) yield joinedBlock(pieces);
  }
}

interface RequestPlan {
  readonly startTime: DeviceTime;
  readonly frameCount: number;
  /** What one request asks for. */
  readonly pieceFrames: number;
  /** How much is asked for before the first of it has come, so that a long way costs nothing. */
  readonly aheadFrames: number;
}

/** Requests for one piece after the other, several of them under way. */
class RecordRequests {
  readonly #context: Context;
  readonly #plan: RequestPlan;
  readonly #underWay: Promise<RecordedBlock>[] = [];
  #askedFrames = 0;
  #cameFrames = 0;
  /** Of a piece that was longer than somebody wanted. */
  #rest: RecordedBlock | undefined;

  constructor(context: Context, plan: RequestPlan) {
    this.#context = context;
    this.#plan = plan;
  }

  /** The next piece, of at most so many frames. */
  async next(maxFrames: number): Promise<RecordedBlock> {
    const piece = this.#rest ?? (await this.#nextWhole());
    this.#rest = undefined;
    if (piece.frameCount <= maxFrames) return piece;
    const cut = maxFrames * recordFrameBytes(this.#context);
    this.#rest = {
      ...piece,
      bytes: piece.bytes.subarray(cut),
      frameCount: piece.frameCount - maxFrames,
      lostFrames: 0,
    };
    return { ...piece, bytes: piece.bytes.subarray(0, cut), frameCount: maxFrames };
  }

  async #nextWhole(): Promise<RecordedBlock> {
    const { aheadFrames, frameCount } = this.#plan;
    const first = this.#underWay.shift() ?? this.#ask();
    while (this.#askedFrames - this.#cameFrames < aheadFrames && this.#askedFrames < frameCount) {
      this.#underWay.push(this.#ask());
    }
    const piece = await first;
    this.#cameFrames += piece.frameCount;
    return piece;
  }

  #ask(): Promise<RecordedBlock> {
    const { startTime, frameCount, pieceFrames } = this.#plan;
    const frames = Math.min(pieceFrames, frameCount - this.#askedFrames);
    const piece = this.#record(advance(startTime, this.#askedFrames), frames);
    // Whoever waits for it hears of a failure; those that nobody waits for any more do not matter.
    piece.catch(() => {});
    this.#askedFrames += frames;
    return piece;
  }

  async #record(startTime: DeviceTime, frameCount: number): Promise<RecordedBlock> {
    const byteCount = frameCount * recordFrameBytes(this.#context);
    const { samples, time } = await this.#context.record({ startTime, byteCount });
    const ageFrames = difference(time, startTime) - this.#context.device.recordBufferFrames;
    const lostFrames = Math.max(0, Math.min(ageFrames, frameCount));
    return { bytes: samples, frameCount, lostFrames, deviceTime: time };
  }
}

function pieceFramesOf(context: Context): number {
  return Math.max(1, Math.floor(REQUEST_BYTES / recordFrameBytes(context)));
}

function joinedBlock(pieces: readonly RecordedBlock[]): RecordedBlock {
  const last = pieces.at(-1);
  if (last === undefined) throw new RangeError('a block has at least one piece');
  if (pieces.length === 1) return last;
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.bytes.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece.bytes, at);
    at += piece.bytes.length;
  }
  return {
    bytes,
    frameCount: pieces.reduce((sum, piece) => sum + piece.frameCount, 0),
    lostFrames: pieces.reduce((sum, piece) => sum + piece.lostFrames, 0),
    deviceTime: last.deviceTime,
  };
}

/** Bytes of one frame of what is recorded; every device has an encoding of single samples. */
function recordFrameBytes({ device }: Context): number {
  return bytesPerUnit(device.recordEncoding, device.recordChannelCount);
}

/** `secondsFromNow` is negative for the past, which the device must still remember. */
export async function recordingStart(
  context: Context,
  secondsFromNow: number,
): Promise<{ readonly startTime: DeviceTime; readonly now: DeviceTime }> {
  const { recordRateHz, recordBufferFrames } = context.device;
  const frames = Math.round(secondsFromNow * recordRateHz);
  if (-frames > recordBufferFrames) {
    const seconds = recordBufferFrames / recordRateHz;
    throw usageError(`The device remembers ${seconds} s only: go back less far with --from.`);
  }
  const now = await context.getTime();
  return { startTime: advance(now, frames), now };
}

const MONITOR_MASK = 0b10;

/** What the inputs of a device were before the monitor was switched on; undefined while it is not. */
export interface MonitorMemory {
  oldMask?: number;
}

/**
 * Lets the device hear what it plays, while `work` is done. Inputs belong to the device, not to a program:
 * others who record meanwhile hear it too. They are put back afterwards. Where work goes on after the
 * connection was lost, `memory` keeps what they were at first; a new server has inputs of its own.
 */
export async function withMonitor<Result>(
  context: Context,
  wantsMonitor: boolean,
  work: () => Promise<Result>,
  memory: MonitorMemory = {},
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
  memory.oldMask ??= oldMask;
  const restoredMask = memory.oldMask;
  await controls.disableInputs(all - MONITOR_MASK);
  try {
    return await work();
  } finally {
    // Where this fails the connection is gone, of which whoever waits for the work hears.
    await controls.enableInputs(restoredMask).catch(() => {});
    await controls.disableInputs(all - restoredMask).catch(() => {});
  }
}
