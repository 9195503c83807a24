// Playing: sound of any length in requests of the size that servers like.
//
// Flow control is the protocol's own. A server stops reading while a request does not fit into its play
// buffer, so the stream fills up, and `room` makes this wait: nothing is held here but one write's worth.
import { encodings } from '#shared/protocol/encodings';
import type { ContextId, DeviceTime } from '#shared/protocol/ids';
import type { RequestOf } from '#shared/protocol/requests/index';
import type { Calls } from './calls.ts';
import { checkWholeUnits, chunkBytesOf, framesIn, type SampleFormat } from './chunks.ts';
import { type StopSignal, stoppable, throwIfStopped } from './stop-signal.ts';

export interface PlayRequest {
  readonly context: ContextId;
  readonly format: SampleFormat;
  readonly maxRequestBytes: number;
  readonly startTime: number;
  readonly samples: Uint8Array;
  readonly isBigEndian: boolean;
  readonly signal: StopSignal | undefined;
}

/** Resolves with the device time at which the server had taken the last of it. */
export async function playSamples(calls: Calls, request: PlayRequest): Promise<DeviceTime> {
  const { context, format, samples, signal } = request;
  checkWholeUnits(format, samples.length);
  throwIfStopped(signal);
  // The original never answers a play of nothing (quirks.md 11).
  if (samples.length === 0) return (await calls.ask('GetTime', { context })).time;
  const lastStart = samples.length - 1 - ((samples.length - 1) % chunkBytes(request));
  const refused = new FirstRefusal();
  for (let at = 0; at < lastStart; at += chunkBytes(request)) {
    calls.tell('PlaySamples', chunkAt(request, at, true), 'withNext').catch(refused.note);
    const room = calls.room();
    if (room) await stoppable(room, signal);
    throwIfStopped(signal);
    refused.throwIfAny();
  }
  const reply = calls.ask('PlaySamples', chunkAt(request, lastStart, false));
  const whole = reply.catch(refused.note).then(() => {
    refused.throwIfAny();
    return reply;
  });
  return (await stoppable(whole, signal)).time;
}

/** Several chunks of a play that cannot be done fail; the first one tells why. */
class FirstRefusal {
  #errors: unknown[] = [];

  readonly note = (error: unknown): void => {
    this.#errors.push(error);
  };

  throwIfAny(): void {
    if (this.#errors.length > 0) throw this.#errors[0];
  }
}

function chunkBytes({ format, maxRequestBytes }: PlayRequest): number {
  return chunkBytesOf(format, maxRequestBytes);
}

function chunkAt(request: PlayRequest, at: number, noTimeReply: boolean): RequestOf<'PlaySamples'> {
  const { format, samples, startTime } = request;
  return {
    bigEndianSamples: request.isBigEndian,
    noTimeReply,
    context: request.context,
    startTime: toDeviceTime(startTime + framesIn(format, at)),
    channelCount: format.channelCount,
    encoding: encodings[format.encoding].id,
    samples: samples.subarray(at, at + chunkBytes(request)),
  };
}

/** Device time wraps at 2^32. */
export function toDeviceTime(ticks: number): DeviceTime {
  return (ticks >>> 0) as DeviceTime;
}
