// Recording: sound of any length in requests of the size that servers like, put together again.
import { encodings } from '#shared/protocol/encodings';
import type { ContextId, DeviceTime } from '#shared/protocol/ids';
import type { Calls } from './calls.ts';
import { checkWholeUnits, chunkBytesOf, framesIn, type SampleFormat } from './chunks.ts';
import { toDeviceTime } from './play.ts';
import { type StopSignal, stoppable, throwIfStopped } from './stop-signal.ts';

export interface RecordRequest {
  readonly context: ContextId;
  readonly format: SampleFormat;
  readonly maxRequestBytes: number;
  readonly startTime: number;
  readonly byteCount: number;
  readonly waits: boolean;
  readonly isBigEndian: boolean;
  readonly signal: StopSignal | undefined;
}

export interface Recording {
  /** Fewer bytes than were asked for when the call did not wait for sound that was still to come. */
  readonly samples: Uint8Array<ArrayBuffer>;
  /** What the last reply told: the device's time when the call waited, else the end of the recording. */
  readonly time: DeviceTime;
  /** Where the next recording starts if no sound is to be lost. */
  readonly nextTime: DeviceTime;
}

export async function recordSamples(calls: Calls, request: RecordRequest): Promise<Recording> {
  const { format, byteCount, startTime, signal } = request;
  checkWholeUnits(format, byteCount);
  const samples = new Uint8Array(byteCount);
  const chunkBytes = chunkBytesOf(format, request.maxRequestBytes);
  let time = toDeviceTime(startTime);
  let filled = 0;
  do {
    throwIfStopped(signal);
    const asked = Math.min(chunkBytes, byteCount - filled);
    const reply = await stoppable(askForChunk(calls, request, filled, asked), signal);
    // A server that gives more than was asked for has no place to put it.
    const given = reply.samples.subarray(0, asked);
    samples.set(given, filled);
    filled += given.length;
    time = reply.time;
    if (given.length < asked) break;
  } while (filled < byteCount);
  const nextTime = toDeviceTime(startTime + framesIn(format, filled));
  return { samples: samples.subarray(0, filled), time, nextTime };
}

function askForChunk(calls: Calls, request: RecordRequest, at: number, byteCount: number) {
  const { context, format, startTime } = request;
  return calls.ask('RecordSamples', {
    bigEndianSamples: request.isBigEndian,
    block: request.waits,
    context,
    startTime: toDeviceTime(startTime + framesIn(format, at)),
    byteCount,
    channelCount: format.channelCount,
    encoding: encodings[format.encoding].id,
  });
}
