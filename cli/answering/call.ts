// One call: picks up, plays the announcement, and keeps what the caller says from the end of the beep on, to
// the frame.
import { averageChannels } from '#shared/audio/channels';
import { createDecoder16 } from '#shared/audio/encodings/linear-coders';
import { difference } from '#shared/audio/time';
import { ConnectionError, type Context, type DeviceTime } from '#shared/client/index';
import { recordFormatOf } from '../sound/device-format.ts';
import { startPlayer } from '../sound/player.ts';
import { recordBlocks } from '../sound/recorder.ts';
import { codecNamed } from '../sound/sound-converter.ts';
import { type CallWatch, watchCall } from './call-watch.ts';
import {
  type CutterOptions,
  createMessageCutter,
  type MessageCutter,
  type MessageEnd,
} from './message-cutter.ts';
import { beginMessage, type MessageFile, type SavedMessage } from './message-file.ts';

/**
 * A line through two connections: a server lets one that records wait, and what happens on the line must not
 * wait with it.
 */
export interface OpenLine {
  readonly control: Context;
  readonly sound: Context;
}

export interface CallOptions {
  readonly line: OpenLine;
  /** In the line's own format; it ends with the beep. */
  readonly announcement: Uint8Array;
  readonly message: Omit<CutterOptions, 'rateHz'>;
  readonly folder: string;
  /** Ends the call at once; what was said is kept. */
  readonly signal: AbortSignal;
}

export interface CallResult {
  /** When the call was answered: ISO 8601, in UTC. */
  readonly receivedAt: string;
  readonly end: MessageEnd;
  /** Undefined where nothing was said. */
  readonly saved: SavedMessage | undefined;
}

/** Between picking up and the greeting: a relay needs it, and a person to raise the ear. */
const SETTLE_SECONDS = 0.5;
/** So soon the end of a message is noticed. */
const BLOCK_SECONDS = 0.05;

/**
 * Hangs up, whatever happens. Throws SoundFileErrors; where the server goes away in a message, the message is
 * saved and the result says so.
 */
export async function takeCall(options: CallOptions): Promise<CallResult> {
  const { line, folder } = options;
  const { control } = line;
  // First of all: who could keep nothing does not answer, and who dies in the call leaves a trace of it.
  const file = await beginMessage(folder, Date.now(), line.sound.device.recordRateHz);
  const watch = watchCall(control);
  let end: MessageEnd = 'hungUp';
  try {
    await control.phone.pickUp();
    // Without current nobody is there any more: the caller was faster.
    const isThere = (await control.phone.state()).hasLoopCurrent;
    const speechTime = isThere ? await announce(options, watch.over) : undefined;
    if (speechTime !== undefined) end = await takeMessage(options, watch, speechTime, file);
  } catch (error) {
    // What was written before a disk was full, say, is a message too.
    await file.finish().catch(() => {});
    throw error;
  } finally {
    watch.close();
    // Where this fails the server is gone, of which the next request tells.
    await control.phone.hangUp().catch(() => {});
  }
  return { receivedAt: file.receivedAt, end, saved: await file.finish() };
}

/** Gives the time at which the beep has ended; undefined where the call did before. */
async function announce(
  { line, announcement, signal }: CallOptions,
  over: AbortSignal,
): Promise<DeviceTime | undefined> {
  const player = await startPlayer({
    context: line.sound,
    start: { secondsFromNow: SETTLE_SECONDS },
    signal: AbortSignal.any([signal, over]),
  });
  try {
    await player.play(announcement);
    await player.untilHeard();
    return player.nextTime;
  } catch (error) {
    if (!signal.aborted && !over.aborted) throw error;
    await player.takeBack();
    signal.throwIfAborted();
    return undefined;
  }
}

async function takeMessage(
  { line, message, signal }: CallOptions,
  watch: CallWatch,
  speechTime: DeviceTime,
  file: MessageFile,
): Promise<MessageEnd> {
  const cutter = createMessageCutter({ ...message, rateHz: line.sound.device.recordRateHz });
  watch.onEnd(({ time, end }) => cutter.endAt(difference(time, speechTime), end));
  try {
    await listen(line.sound, speechTime, cutter, file, signal);
    // Only a signal ends that before the cutter does.
    await file.write(cutter.finish('stopped'));
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    await file.write(cutter.finish('connectionLost'));
  }
  return cutter.ended ?? 'stopped';
}

/** Until the cutter or the signal ends it. */
async function listen(
  sound: Context,
  startTime: DeviceTime,
  cutter: MessageCutter,
  file: MessageFile,
  signal: AbortSignal,
): Promise<void> {
  const { encoding, channelCount, rateHz, bigEndian } = recordFormatOf(sound.device);
  const mono = new Int16Array(Math.ceil(BLOCK_SECONDS * rateHz));
  const interleaved = new Int16Array(mono.length * channelCount);
  const decoder = createDecoder16(codecNamed(encoding), channelCount, interleaved.length);
  for await (const { bytes, frameCount } of recordBlocks({
    ...{ context: sound, startTime, frameCount: undefined, signal },
    blockSeconds: BLOCK_SECONDS,
  })) {
    decoder.decode(bytes, interleaved, bigEndian);
    averageChannels(interleaved, mono, frameCount, channelCount);
    await file.write(cutter.add16(mono, frameCount));
    if (cutter.ended !== undefined) return;
  }
}
